//! Databases of every earlier version, opened by the program of today.

use std::fs;
use std::path::PathBuf;

use lagebild_tests::{Counts, Installation, Postgres, Server, database, musterstadt, workspace};

fn versions() -> PathBuf {
    workspace().join("tests/versions")
}

/// The dumps of a database, oldest first, with the token of each.
fn dumps(of: &str) -> Vec<(PathBuf, &'static str)> {
    let tokens = [
        (
            "sqlite-0001",
            "62745fc6f6ad3dc143f443944edfdde1f19676caa238603625f895befddc2b81",
        ),
        (
            "sqlite-0002",
            "99d9cdb9a1112776a2e734bff1eea854f49f52614a17092691f79df7d46346d9",
        ),
        (
            "sqlite-0003",
            "2b712ee7b250a3ba3c1f5035e799a5d9f333a26b3e6ebd2526802100296993cc",
        ),
        (
            "sqlite-0004",
            "2b712ee7b250a3ba3c1f5035e799a5d9f333a26b3e6ebd2526802100296993cc",
        ),
        (
            "sqlite-0005",
            "2b712ee7b250a3ba3c1f5035e799a5d9f333a26b3e6ebd2526802100296993cc",
        ),
        (
            "sqlite-0006",
            "2b712ee7b250a3ba3c1f5035e799a5d9f333a26b3e6ebd2526802100296993cc",
        ),
        (
            "postgres-0002",
            "7b9754c11fa42b134b4c1fc23ad8de43785533810fc04d6bc04aa2c288000612",
        ),
        (
            "postgres-0003",
            "42be3e16f6a7fbdf70b20ed75fce478b35b46feb12387c4c6fdf1f285c8fe25d",
        ),
        (
            "postgres-0004",
            "42be3e16f6a7fbdf70b20ed75fce478b35b46feb12387c4c6fdf1f285c8fe25d",
        ),
        (
            "postgres-0005",
            "42be3e16f6a7fbdf70b20ed75fce478b35b46feb12387c4c6fdf1f285c8fe25d",
        ),
        (
            "postgres-0006",
            "42be3e16f6a7fbdf70b20ed75fce478b35b46feb12387c4c6fdf1f285c8fe25d",
        ),
    ];
    tokens
        .into_iter()
        .filter(|(name, _)| name.starts_with(of))
        .map(|(name, token)| (versions().join(format!("{name}.sql")), token))
        .collect()
}

/// Migrations of a database, by their file names.
fn migrations(of: &str) -> Vec<String> {
    let folder = fs::read_dir(workspace().join("migrations").join(of)).expect("a folder");
    let mut names: Vec<String> = folder
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn both_databases_have_the_same_migrations_and_each_version_before_the_newest_is_kept() {
    let names = migrations("sqlite");
    assert_eq!(names, migrations("postgres"));
    for name in &names[..names.len() - 1] {
        let version = name.split('_').next().expect("a number");
        assert!(
            versions().join(format!("sqlite-{version}.sql")).exists(),
            "{name}"
        );
        // PostgreSQL came with the second version.
        let is_kept = versions().join(format!("postgres-{version}.sql")).exists();
        assert!(is_kept || version == "0001", "{name}");
    }
}

#[test]
fn a_sqlite_file_of_each_version_keeps_all_that_it_held() {
    for (dump, token) in dumps("sqlite") {
        let installation = with_key(musterstadt::empty());
        database::write(
            &installation.database(),
            &fs::read_to_string(&dump).expect("a dump"),
        );
        let installation = holds_all(installation, token);
        let tables = "SELECT name || ' ' || sql FROM sqlite_master WHERE name NOT LIKE '\\_sqlx%' ESCAPE '\\' ORDER BY name";
        let fresh = musterstadt::installation();
        assert_eq!(
            database::texts(&installation.database(), tables),
            database::texts(&fresh.database(), tables),
            "{}: the same tables as a new file has",
            dump.display()
        );
        let versions = "SELECT COUNT(*) FROM report_version WHERE id = 1";
        assert_eq!(database::number(&installation.database(), versions), 2);
        assert_eq!(
            database::quarantined_lines(&installation.database()),
            [(14, "date".to_owned())]
        );
    }
}

#[test]
fn a_postgres_database_of_each_version_keeps_all_that_it_held() {
    let Some(postgres) = Postgres::shared() else {
        return;
    };
    let columns = "SELECT string_agg(table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable, ', ' \
                   ORDER BY table_name, column_name) FROM information_schema.columns WHERE table_schema = 'public'";
    let fresh = postgres.database();
    musterstadt::on_postgres(&fresh).token("admin", "stadt");
    for (dump, token) in dumps("postgres") {
        let url = postgres.database();
        postgres.load(&url, &dump);
        holds_all(with_key(musterstadt::on_postgres(&url)), token);
        assert_eq!(
            postgres.ask(&url, columns),
            postgres.ask(&fresh, columns),
            "{}",
            dump.display()
        );
        assert_eq!(
            postgres.ask(&url, "SELECT COUNT(*) FROM report_version WHERE id = 1"),
            "2"
        );
        assert_eq!(postgres.ask(&url, "SELECT line, code FROM quarantine"), "14|date");
    }
}

#[test]
fn both_databases_have_the_same_tables_and_columns() {
    let Some(postgres) = Postgres::shared() else {
        return;
    };
    let url = postgres.database();
    musterstadt::on_postgres(&url).token("admin", "stadt");
    let of_postgres = "SELECT table_name || '.' || column_name FROM information_schema.columns \
                       WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%' ORDER BY 1";
    let of_postgres: Vec<String> = postgres
        .ask(&url, of_postgres)
        .lines()
        .map(str::to_owned)
        .collect();
    let fresh = musterstadt::installation();
    let of_sqlite = "SELECT t.name || '.' || c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c \
                     WHERE t.type = 'table' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\' ORDER BY 1";
    let mut of_sqlite = database::texts(&fresh.database(), of_sqlite);
    of_sqlite.sort();
    let mut sorted = of_postgres;
    sorted.sort();
    assert_eq!(of_sqlite, sorted);
}

fn with_key(installation: Installation) -> Installation {
    fs::copy(versions().join("lagebild.key"), installation.path("lagebild.key")).expect("the key");
    installation
}

/// The same feeds change nothing, the token of then opens, and what it sees is all there.
fn holds_all(installation: Installation, token: &str) -> Installation {
    let fresh = musterstadt::installation();
    for (source, file, unchanged) in [
        ("maengel", "maengel.csv", 12),
        ("vorgaenge", "vorgaenge.csv", 8),
        ("wahrnehmung", "wahrnehmung.csv", 3),
    ] {
        let counts = installation
            .feed(source, file, fresh.read(file))
            .exits(0)
            .counts();
        assert_eq!(
            counts,
            Counts {
                unchanged,
                ..Counts::default()
            },
            "{file}"
        );
    }
    let server = Server::serve(&installation);
    let city = server.as_bearer(token);
    assert_eq!(
        city.json("/api/v1/me")["revision"],
        25,
        "23 reports, one of them changed twice"
    );
    let reports = city.items(&format!("/api/v1/reports?{}&source=maengel", musterstadt::EVER));
    assert_eq!(reports.len(), 12);
    drop(server);
    installation
}
