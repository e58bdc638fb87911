//! What belongs to this service about access: asking for more time.

pub mod extend;
