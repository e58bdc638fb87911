//! Whole journeys through the running system.

#[cfg(test)]
mod authorization;
#[cfg(test)]
mod away;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod events;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod life;
#[cfg(test)]
mod operators;
#[cfg(test)]
mod owners;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod trace;
