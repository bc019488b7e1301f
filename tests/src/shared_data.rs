//! Real data beside the project, which are not part of it.

use std::path::PathBuf;

use crate::binary::workspace;

/// A folder of the shared data; `None`, said clearly, where it is absent and this is not CI.
///
/// `LAGEBILD_SHARED` names another place than the folder `shared` beside the project.
pub fn shared_data(folder: &str) -> Option<PathBuf> {
    let shared =
        std::env::var_os("LAGEBILD_SHARED").map_or_else(|| workspace().join("../shared"), PathBuf::from);
    let path = shared.join("data").join(folder);
    if path.is_dir() {
        return Some(path);
    }
    let said = format!("{} is absent: the tests with it cannot run", path.display());
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{said}");
    eprintln!("{said}");
    None
}
