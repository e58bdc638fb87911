//! The portal as people meet it, in a real browser.

#[cfg(test)]
mod by_hand;
#[cfg(test)]
mod emergency;
#[cfg(test)]
mod live;
#[cfg(test)]
mod looks;
#[cfg(test)]
mod navigation;
#[cfg(test)]
mod oversight;
#[cfg(test)]
mod people;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod together;
