//! Moto's server as a process of this test: started on a free port, ended with it.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The variable that names the `moto_server` to run.
const VARIABLE: &str = "CURFEW_TEST_MOTO";

pub struct Moto {
    pub url: String,
    process: Child,
}

impl Moto {
    /// Starts it and waits until it accepts connections.
    pub fn start() -> Self {
        let Some(program) = std::env::var_os(VARIABLE) else {
            panic!("{VARIABLE} must name the moto_server of `pip install 'moto[server]'`; ./dev test sets it");
        };
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let mut process = Command::new(&program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{VARIABLE}: {}: {error}", program.display()));
        let end = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Some(status) = process.try_wait().unwrap() {
                panic!("{} ended while starting: {status}", program.display());
            }
            if Instant::now() > end {
                process.kill().unwrap();
                panic!("{} did not listen on port {port} within a minute", program.display());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Self { url: format!("http://127.0.0.1:{port}"), process }
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let ended = self.process.kill().and_then(|()| self.process.wait());
        if let Err(error) = ended {
            eprintln!("moto's server did not end: {error}");
        }
    }
}
