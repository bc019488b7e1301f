//! Finding the program under test.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// Root of the workspace.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package lies in the workspace")
}

/// The program: `LAGEBILD_BIN`, else built by cargo beside the tests.
///
/// Cargo tells the path of a binary to the tests of its own package only, so this builds it: with the profile and into the
/// target folder that the running test lies in. When it is up to date, that takes a fraction of a second.
pub fn lagebild() -> &'static Path {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| match std::env::var_os("LAGEBILD_BIN") {
        Some(path) => workspace().join(path),
        None => built(),
    });
    &PROGRAM
}

fn built() -> PathBuf {
    // target/<profile>/deps/<test>
    let test = std::env::current_exe().expect("a test knows where it is");
    let folder = test
        .parent()
        .and_then(Path::parent)
        .expect("a test lies in target/<profile>/deps");
    let target = folder.parent().expect("a profile's folder lies in target");
    let name = folder
        .file_name()
        .and_then(|name| name.to_str())
        .expect("profiles have ASCII names");
    let profile = if name == "debug" { "dev" } else { name };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // Cargo tells a test of its package by variables. Build scripts that ask for their own (ring's) would see the test's, and
    // be run anew with all that stands on them: once here, and once more by the next cargo that is called from a shell.
    let of_the_test = std::env::vars_os().map(|(name, _)| name).filter(|name| {
        let name = name.to_string_lossy();
        name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
    });
    let mut build = Command::new(cargo);
    for name in of_the_test {
        build.env_remove(name);
    }
    let status = build
        // The whole workspace, though only the program is wanted: with the tests' own features nothing is built twice.
        .args(["build", "--quiet", "--workspace", "--bins", "--profile", profile])
        .arg("--target-dir")
        .arg(target)
        .current_dir(workspace())
        .status()
        .expect("cargo can be run");
    assert!(status.success(), "the program does not build");
    folder.join(format!("lagebild{}", std::env::consts::EXE_SUFFIX))
}
