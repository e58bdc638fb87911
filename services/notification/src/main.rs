//! The notification service on its own.

fn main() -> std::process::ExitCode {
    process::main(notification::SERVICE)
}
