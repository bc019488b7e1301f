//! Where a test keeps its store.

use lagebild_store::{Store, StoreError, StoreUrl};
use lagebild_tests::Postgres;
use tempfile::TempDir;

/// An empty database, and a folder for the key and SQLite's file.
pub(crate) struct Site {
    pub(crate) folder: TempDir,
    pub(crate) url: StoreUrl,
    /// The URL as a client of PostgreSQL takes it.
    pub(crate) server: Option<(&'static Postgres, String)>,
}

impl Site {
    pub(crate) fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("lagebild.db");
        Self {
            folder,
            url: format!("sqlite:{}", file.display()).parse().unwrap(),
            server: None,
        }
    }

    /// `None` where PostgreSQL is not installed and this is not CI.
    pub(crate) fn postgres() -> Option<Self> {
        let server = Postgres::shared()?;
        let url = server.database();
        Some(Self {
            folder: TempDir::new().unwrap(),
            url: url.parse().unwrap(),
            server: Some((server, url)),
        })
    }

    /// The store, opened as by one more process.
    pub(crate) async fn open(&self) -> Store {
        self.try_open().await.unwrap()
    }

    pub(crate) async fn try_open(&self) -> Result<Store, StoreError> {
        Store::open(&self.url, self.folder.path(), None).await
    }

    /// Another node of the same store, in a folder of its own with the same key; of SQLite another process.
    pub(crate) fn other_node(&self) -> Self {
        let folder = TempDir::new().unwrap();
        let key = std::fs::read(self.key_file()).unwrap();
        std::fs::write(folder.path().join("lagebild.key"), key).unwrap();
        Self {
            folder,
            url: self.url.clone(),
            server: self.server.clone(),
        }
    }

    pub(crate) fn key_file(&self) -> std::path::PathBuf {
        self.folder.path().join("lagebild.key")
    }
}

/// The tests of a module, each on both stores.
macro_rules! on_both_stores {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::site::Site::sqlite()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                if let Some(site) = crate::site::Site::postgres() {
                    super::$test(site).await;
                }
            })+
        }
    };
}
pub(crate) use on_both_stores;
