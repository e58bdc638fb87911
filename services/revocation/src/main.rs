//! The revocation service on its own.

fn main() -> std::process::ExitCode {
    process::main(revocation::SERVICE)
}
