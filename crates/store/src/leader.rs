//! Which of several nodes does the jobs that are done once.

use sqlx::Postgres;
use sqlx::pool::PoolConnection;

use crate::database::Database;
use crate::dialect::Dialect;
use crate::error::StoreError;
use crate::open::Store;

/// Held by the node that does the jobs; given back when it is dropped or the node dies.
#[derive(Debug)]
pub struct Leadership {
    /// PostgreSQL keeps the lock as long as this connection lives. SQLite has one node.
    connection: Option<PoolConnection<Postgres>>,
}

impl Store {
    /// Leadership, if no other node has it. With SQLite there is one node, and it leads.
    ///
    /// # Errors
    /// [`StoreError`] when the server does not answer.
    pub async fn lead(&self) -> Result<Option<Leadership>, StoreError> {
        let Database::Postgres(pool) = &self.database else {
            return Ok(Some(Leadership { connection: None }));
        };
        let mut connection = pool.acquire().await?;
        let is_ours: bool = sqlx::query_scalar(Dialect::LOCK_WHILE_CONNECTED)
            .fetch_one(&mut *connection)
            .await?;
        if !is_ours {
            return Ok(None);
        }
        // Back in the pool, the connection would hold the lock for nobody.
        connection.close_on_drop();
        Ok(Some(Leadership {
            connection: Some(connection),
        }))
    }
}

impl Leadership {
    /// True while the server knows this node as the leader.
    pub async fn is_held(&mut self) -> bool {
        match &mut self.connection {
            None => true,
            Some(connection) => sqlx::query("SELECT 1").execute(&mut **connection).await.is_ok(),
        }
    }
}
