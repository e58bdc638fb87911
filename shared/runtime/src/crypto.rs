//! One TLS provider for the whole process.

/// Makes aws-lc-rs the process's provider for TLS; later calls change nothing.
///
/// Several crates of the tree can bring a provider each, and rustls panics at the first connection
/// when it has to guess: so this comes first in every `main`, and in tests that open connections.
pub fn install_crypto() {
    // An error means that a provider is installed already, which is what is wanted.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
}
