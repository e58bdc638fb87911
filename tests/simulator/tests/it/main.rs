//! The simulator, from outside: through the official SDKs and plain HTTP, as its users meet it.

mod asynchrony;
mod directory;
mod faults;
mod lab;
mod mail;
mod oidc;
mod quotas;
mod roles;
mod signatures;
mod sinks;
