//! The form of the files, as data: one table from which files are read, written and described. It follows the
//! domain's types field by field (a test compares them), and says where a name may stand for an id.

mod records;
mod schema;
mod shape;
mod texts;

pub use records::{file_key, record};
pub use schema::schema;
pub use shape::{Choice, Field, Record, Shape, Sort, Text};
