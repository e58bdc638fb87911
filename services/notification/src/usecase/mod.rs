//! What can be done, a verb a file.

pub mod change_endpoint;
pub mod create_endpoint;
pub mod delete_endpoint;
pub mod plan_deliveries;
pub mod replay_delivery;
pub mod rotate_secret;
