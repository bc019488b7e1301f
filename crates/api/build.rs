//! The web app is embedded when this crate is compiled: compile it again when the app was built anew.

#[expect(clippy::print_stdout, reason = "how a build script speaks to cargo")]
fn main() {
    println!("cargo:rerun-if-changed=../../web/dist");
}
