//! Whole journeys through the running system.

#[cfg(test)]
mod life;
#[cfg(test)]
mod policies;
