//! A running server.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::binary::lagebild;
use crate::client::Client;
use crate::installation::{Installation, listen_on};
use crate::wait::until;

/// Longest time until a server must be ready.
const START: Duration = Duration::from_mins(2);
/// Longest time until a server that is told to stop must have ended.
const STOP: Duration = Duration::from_secs(10);

/// A server of the program; it is stopped when it is dropped, and then must have kept a clean log.
#[derive(Debug)]
pub struct Server {
    process: Child,
    base: String,
    log: Arc<Mutex<Vec<String>>>,
    /// The test has ended it, and does not ask for a clean log.
    is_troubled: bool,
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

impl Server {
    /// Serves an installation on a free port.
    pub fn serve(installation: &Installation) -> Self {
        Self::serve_config(&installation.path("lagebild.toml"))
    }

    /// Serves the installation of a configuration, whose port is changed.
    pub fn serve_config(config: &Path) -> Self {
        Self::start(|port| {
            listen_on(config, port);
            vec!["serve".into(), "--config".into(), config.into()]
        })
    }

    /// Runs the demo in a folder with further arguments.
    pub fn demo(folder: &Path, arguments: &[&str]) -> Self {
        Self::start(|port| {
            let mut all: Vec<OsString> = vec![
                "demo".into(),
                "--port".into(),
                port.to_string().into(),
                "--dir".into(),
                folder.into(),
            ];
            all.extend(arguments.iter().map(OsString::from));
            all
        })
    }

    fn start(arguments: impl Fn(u16) -> Vec<OsString>) -> Self {
        let port = free_port();
        let mut process = Command::new(lagebild())
            .args(arguments(port))
            .env_remove("LAGEBILD_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be run");
        let stderr = process.stderr.take().expect("a pipe");
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            }
        });
        let mut server = Self {
            process,
            base: format!("http://127.0.0.1:{port}"),
            log,
            is_troubled: false,
        };
        server.wait_until_ready();
        server
    }

    fn wait_until_ready(&mut self) {
        let base = self.base.clone();
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .build()
            .new_agent();
        until("a server that is ready", START, || {
            if let Ok(Some(status)) = self.process.try_wait() {
                panic!("the server ended ({status}):\n{}", self.log());
            }
            let answer = agent.get(format!("{base}/readyz")).call().ok()?;
            (answer.status() == 200).then_some(())
        });
    }

    /// Someone without a sign-in.
    pub fn client(&self) -> Client {
        Client::new(&self.base)
    }

    /// Someone with a token.
    pub fn as_bearer(&self, token: &str) -> Client {
        self.client().bearer(token)
    }

    /// `http://127.0.0.1:PORT`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Number of its process.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).join("\n")
    }

    /// Kills it, as the kernel would; its log may say what it likes.
    pub fn kill(mut self) {
        self.process.kill().expect("a process of ours");
        self.process.wait().expect("a process of ours");
        self.is_troubled = true;
    }

    /// Stops it after a trouble that the test made: its log has told of it.
    pub fn stop_after_trouble(mut self) {
        self.stop();
        self.is_troubled = true;
    }

    /// Tells it to stop, as a service manager does; it must end in time and without an error.
    fn stop(&mut self) {
        let told = Command::new("kill").arg(self.process.id().to_string()).status();
        if !told.is_ok_and(|status| status.success()) {
            return;
        }
        let status = until("the end of a server that was told to stop", STOP, || {
            self.process.try_wait().expect("a process of ours")
        });
        assert!(
            status.success(),
            "the server ended with {status}:\n{}",
            self.log()
        );
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.is_troubled {
            return;
        }
        if !std::thread::panicking() {
            self.stop();
        }
        self.process.kill().ok();
        self.process.wait().ok();
        let log = self.log();
        if std::thread::panicking() {
            eprintln!("log of {}:\n{log}", self.base);
        } else {
            let complaints: Vec<&str> = log.lines().filter(|line| is_complaint(line)).collect();
            assert!(
                complaints.is_empty(),
                "the log is not clean:\n{}",
                complaints.join("\n")
            );
        }
    }
}

fn is_complaint(line: &str) -> bool {
    line.contains("panicked") || line.split(' ').any(|word| matches!(word, "WARN" | "ERROR"))
}
