//! The web app is embedded when this crate is compiled: compile it again when the app was built anew.

fn main() {
    println!("cargo:rerun-if-changed=../../web/dist");
}
