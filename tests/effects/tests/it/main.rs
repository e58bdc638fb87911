//! What grant and revocation do to AWS: approved grants go straight into the store, the two workers are stepped, and
//! the simulator's oracle judges (the true intervals of every assignment, the log of calls), never only our own tables.

#[cfg(test)]
mod adding;
#[cfg(test)]
mod again;
#[cfg(test)]
mod backstop;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod drift;
#[cfg(test)]
mod gate;
#[cfg(test)]
mod invariants;
#[cfg(test)]
mod lab;
#[cfg(test)]
mod lives;
#[cfg(test)]
mod offline;
#[cfg(test)]
mod operators;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod origin;
#[cfg(test)]
mod overlap;
#[cfg(test)]
mod places;
#[cfg(test)]
mod quotas;
#[cfg(test)]
mod races;
#[cfg(test)]
mod receipts;
#[cfg(test)]
mod removing;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod together;
#[cfg(test)]
mod watch;
#[cfg(test)]
mod workers;
