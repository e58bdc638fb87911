//! How much is read before it is refused. A whole organization's policy is some hundred kilobytes.

/// Bytes of one file.
pub const FILE_MOST: usize = 1 << 20;
/// Bytes of all files together.
pub const FILES_MOST_BYTES: usize = 5 << 20;
/// Files read together.
pub const FILES_MOST: usize = 500;
/// Lists and mappings inside one another. The form itself needs ten.
pub const DEPTH_MOST: usize = 24;
/// Values, keys, lists and mappings of one file.
pub const NODES_MOST: usize = 250_000;
/// Problems that are told; the rest are counted.
pub const PROBLEMS_MOST: usize = 100;
/// Past requests that are told one by one; the rest are counted.
pub const DIFFERING_MOST: usize = 500;
