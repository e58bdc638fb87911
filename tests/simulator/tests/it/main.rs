//! The simulator, from outside: through the official SDKs and plain HTTP, as its users meet it.

#[cfg(test)]
mod asynchrony;
#[cfg(test)]
mod bad_days;
#[cfg(test)]
mod cloudtrail;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod directory;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod lab;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod oidc;
#[cfg(test)]
mod quotas;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod signatures;
#[cfg(test)]
mod sinks;
