//! The design system's components: each a value that writes itself into a page. `/design` shows all of them.

mod beside;
mod countdown;
mod env;
mod event;
mod moment;
mod notice;
mod pair;
mod plot;
mod status;
mod which;

pub(crate) use beside::Beside;
pub(crate) use countdown::Countdown;
pub(crate) use env::Env;
pub(crate) use event::{Event, Mark};
pub(crate) use moment::{Moment, duration};
pub(crate) use notice::{Notice, Tone};
pub(crate) use pair::PairPart;
pub(crate) use plot::{Plot, Series, Stroke};
pub(crate) use status::Status;
pub(crate) use which::Which;
