//! A folder with a `lagebild.toml`.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::binary::workspace;
use crate::run::{Finished, run, run_telling};

/// An installation in a folder of its own, gone when it is dropped.
#[derive(Debug)]
pub struct Installation {
    folder: TempDir,
}

impl Installation {
    /// A folder with this configuration.
    pub fn new(config: &str) -> Self {
        let installation = Self {
            folder: tempfile::tempdir().expect("a folder for the test"),
        };
        installation.write("lagebild.toml", config);
        installation
    }

    /// A folder with the configuration of an example, listening on a port of its own.
    pub fn of_example(name: &str) -> Self {
        let path = workspace().join("data/examples").join(name).join("lagebild.toml");
        let config = fs::read_to_string(path).expect("the example's configuration");
        // The examples have no [server] section; a test needs a port of its own.
        Self::new(&format!("{config}\n[server]\nlisten = \"127.0.0.1:8311\"\n"))
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.path("lagebild.db")
    }

    /// Writes a file into it.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("the test's folder can be written to");
    }

    /// The text of a file in it.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a text file of the test's folder")
    }

    /// Runs a command in its folder.
    pub fn run(&self, arguments: &[&str]) -> Finished {
        run(self.folder(), arguments)
    }

    /// The same with something to read on its standard input.
    pub fn run_telling(&self, arguments: &[&str], input: &str) -> Finished {
        run_telling(self.folder(), arguments, input)
    }

    /// Makes a local account of the city; gives what the command printed.
    pub fn account(&self, name: &str, role: &str, password: &str) -> String {
        let command = [
            "user",
            "add",
            "--config",
            "lagebild.toml",
            "--name",
            name,
            "--label",
            "Ordnungsamt",
            "--role",
            role,
            "--organisation",
            "stadt",
        ];
        self.run_telling(&command, &format!("{password}\n"))
            .exits(0)
            .stdout
    }

    /// Imports files of its folder.
    pub fn ingest(&self, source: &str, files: &[&str]) -> Finished {
        let command = ["ingest", "--config", "lagebild.toml", "--source", source];
        self.run(&[&command, files].concat())
    }

    /// Writes a feed and imports it.
    pub fn feed(&self, source: &str, file: &str, content: impl AsRef<[u8]>) -> Finished {
        self.write(file, content);
        self.ingest(source, &[file])
    }

    /// Makes an API token.
    pub fn token(&self, role: &str, organisation: &str) -> String {
        let made = self
            .run(&[
                "token",
                "create",
                "--config",
                "lagebild.toml",
                "--role",
                role,
                "--organisation",
                organisation,
                "--name",
                "Test",
            ])
            .exits(0);
        made.stdout.trim().to_owned()
    }

    /// Puts another port into a configuration of the folder.
    pub fn listen_on(&self, port: u16) {
        listen_on(&self.path("lagebild.toml"), port);
    }
}

/// Puts another port into a configuration.
pub(crate) fn listen_on(config: &Path, port: u16) {
    let text = fs::read_to_string(config).expect("a configuration");
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            if line.starts_with("listen = ") {
                format!("listen = \"127.0.0.1:{port}\"")
            } else {
                line.to_owned()
            }
        })
        .collect();
    fs::write(config, lines.join("\n") + "\n").expect("the configuration can be written to");
}
