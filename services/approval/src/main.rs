//! The approval service on its own.

fn main() -> std::process::ExitCode {
    process::main(approval::SERVICE)
}
