//! One suite of calls, played against the simulator and against moto's server; what is seen must be equal, or be in the table.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod differences;
#[cfg(test)]
mod mirror;
#[cfg(test)]
mod moto;
#[cfg(test)]
mod notes;
#[cfg(test)]
mod recorder;
#[cfg(test)]
mod side;
#[cfg(test)]
mod suite;
