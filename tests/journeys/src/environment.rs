//! What the surroundings must say. `./dev test` says it all; a variable that is missing is named.

use std::path::PathBuf;

/// RabbitMQ, as an AMQP URL.
pub fn amqp_url() -> String {
    required("CURFEW_TEST_AMQP_URL", "a RabbitMQ, for example amqp://guest:guest@127.0.0.1:5672/%2f")
}

/// One of our binaries.
pub fn program(name: &str) -> PathBuf {
    let folder = required("CURFEW_TEST_BIN_DIR", "the folder of the built binaries, for example target/debug");
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let path = PathBuf::from(root).join(folder).join(name);
    assert!(path.is_file(), "there is no {}: build the workspace first", path.display());
    path
}

/// Moto's server.
pub fn moto() -> PathBuf {
    required("CURFEW_TEST_MOTO", "the program moto_server, from PyPI's moto[server]").into()
}

fn required(name: &str, what: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: these tests need {what}"))
}
