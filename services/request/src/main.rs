//! The request service as a process of its own.

fn main() -> std::process::ExitCode {
    process::main(request::SERVICE)
}
