//! The grant service on its own.

fn main() -> std::process::ExitCode {
    process::main(grant::SERVICE)
}
