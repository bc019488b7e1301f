//! Copies of the database: made beside a running server, checked, put back, and deleted when their day has come.

use std::path::PathBuf;

use lagebild_tests::{Client, Installation, Server, musterstadt};
use serde_json::Value;

/// More than all the data.
const EVER: &str = "from=2000-01-01&to=2100-01-01";

fn told(town: &Installation, command: &str) -> lagebild_tests::Finished {
    let words: Vec<&str> = command.split(' ').collect();
    town.run(&[&words[..], &["--config", "lagebild.toml"]].concat())
}

/// The folder of the one copy there is.
fn the_copy(town: &Installation) -> PathBuf {
    let mut folders = std::fs::read_dir(town.path("backups")).expect("the folder of copies");
    let folder = folders.next().expect("a copy").expect("a folder").path();
    assert!(folders.next().is_none());
    folder
}

fn manifest(town: &Installation) -> Value {
    let text = std::fs::read(the_copy(town).join("manifest.json")).expect("the manifest");
    serde_json::from_slice(&text).expect("JSON")
}

fn lose_the_database(town: &Installation) {
    for file in [
        "lagebild.db",
        "lagebild.db-wal",
        "lagebild.db-shm",
        "lagebild.picture",
    ] {
        match std::fs::remove_file(town.path(file)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => panic!("{file}: {error}"),
            _ => {}
        }
    }
}

fn total(client: &Client) -> u64 {
    client.json(&format!("/api/v1/lage?{EVER}"))["total"]
        .as_u64()
        .expect("a total")
}

#[test]
fn a_copy_made_beside_a_running_server_takes_the_place_of_a_lost_database() {
    let town = musterstadt::installation();
    let server = Server::serve(&town);
    let before = total(&server.as_bearer("demo-analyst"));
    let done = told(&town, "backup").exits(0);
    assert!(done.stdout.starts_with("folder="), "{}", done.stdout);
    let from = the_copy(&town).display().to_string();

    // A database that is there is not overwritten.
    let refused = told(&town, &format!("restore --from {from}")).exits(1);
    assert!(
        refused.stderr.contains("stop the server and move it away"),
        "{}",
        refused.stderr
    );
    drop(server);
    lose_the_database(&town);
    let restored = told(&town, &format!("restore --from {from}")).exits(0);
    let revision = manifest(&town)["revision"].as_u64().expect("a revision");
    assert!(
        restored.stdout.starts_with(&format!("revision={revision} ")),
        "{}",
        restored.stdout
    );
    assert!(restored.stderr.contains("erased again"), "{}", restored.stderr);

    let seal = manifest(&town)["audit_seal"].as_str().expect("a seal").to_owned();
    told(&town, &format!("audit verify --seal {seal}")).exits(0);
    let server = Server::serve(&town);
    assert_eq!(total(&server.as_bearer("demo-analyst")), before);
    // Musterstadt, reckoned by hand in `musterstadt.rs`.
    assert_eq!(before, 23);
}

#[test]
fn a_damaged_copy_and_one_without_its_key_are_not_put_back() {
    let town = musterstadt::installation();
    told(&town, "backup").exits(0);
    let from = the_copy(&town);
    lose_the_database(&town);

    let copy = from.join("lagebild.db");
    let whole = std::fs::read(&copy).expect("the copy");
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    std::fs::write(&copy, damaged).expect("a damaged copy");
    let restore = format!("restore --from {}", from.display());
    let refused = told(&town, &restore).exits(1);
    assert!(
        refused.stderr.contains("not what its manifest says"),
        "{}",
        refused.stderr
    );

    std::fs::write(&copy, whole).expect("the whole copy");
    std::fs::rename(town.path("lagebild.key"), town.path("elsewhere.key")).expect("the key, moved");
    let refused = told(&town, &restore).exits(1);
    assert!(refused.stderr.contains("key file"), "{}", refused.stderr);
    assert!(!town.path("lagebild.db").exists());

    std::fs::remove_file(town.path("lagebild.key")).ok();
    std::fs::rename(town.path("elsewhere.key"), town.path("lagebild.key")).expect("the key, back");
    told(&town, &restore).exits(0);
}

/// What was erased may live on in a copy for so many days and no longer.
#[test]
fn a_copy_whose_day_has_come_is_deleted_and_what_is_no_copy_stays() {
    let town = musterstadt::installation();
    let config = town.read("lagebild.toml");
    town.write("lagebild.toml", format!("{config}\n[backup]\nkeep_days = 1\n"));
    told(&town, "backup").exits(0);
    let kept = told(&town, "retention run").exits(0);
    assert!(!kept.stdout.contains("backups="), "{}", kept.stdout);

    town.write("lagebild.toml", format!("{config}\n[backup]\nkeep_days = 0\n"));
    std::fs::create_dir_all(town.path("backups/notes")).expect("a folder");
    // The manifest's day counts, not what the configuration says today.
    told(&town, "retention run").exits(0);
    std::fs::remove_dir(town.path("backups/notes")).expect("still there");
    let folder = the_copy(&town);
    std::fs::remove_dir_all(&folder).expect("an old copy, deleted by hand");
    told(&town, "backup").exits(0);
    let name = the_copy(&town)
        .file_name()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    let gone = told(&town, "retention run").exits(0);
    assert!(
        gone.stdout.contains(&format!("backups={name}")),
        "{}",
        gone.stdout
    );
    assert_eq!(
        std::fs::read_dir(town.path("backups"))
            .expect("the folder")
            .count(),
        0
    );
}
