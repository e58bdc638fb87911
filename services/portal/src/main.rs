//! The portal on its own.

fn main() -> std::process::ExitCode {
    process::main(portal::SERVICE)
}
