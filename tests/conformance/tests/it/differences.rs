//! Where the simulator and moto differ, what each says, who follows AWS's documentation, and the source.

use conformance::comparison::{Difference, Follows};

pub const DIFFERENCES: &[Difference] = &[];
