//! The audit service on its own.

fn main() -> std::process::ExitCode {
    process::main(audit::SERVICE)
}
