//! The systems of others over real HTTP: against the stand-ins, and against servers that answer oddly.

#[cfg(test)]
mod lab;
#[cfg(test)]
mod oddities;
#[cfg(test)]
mod on_call;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod tickets;
