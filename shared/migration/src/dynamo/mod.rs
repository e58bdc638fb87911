//! DynamoDB JSON: how tables are exported.

mod attribute;
mod fields;
mod stream;

pub use attribute::{Attribute, Item, plain};
pub use fields::Fields;
pub use stream::stream;
