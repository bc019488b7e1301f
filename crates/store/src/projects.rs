//! Projects of city and police, with their steps, reports and measures.

use lagebild_domain::Project;

use crate::database::{Row, Subject};
use crate::error::StoreError;
use crate::open::Store;
use crate::rows::content;

impl Store {
    /// An id that nothing has yet: the prefix and 16 hexadecimal digits.
    ///
    /// # Errors
    /// [`StoreError`] when the system has no random numbers.
    pub fn fresh_id(prefix: &str) -> Result<String, StoreError> {
        let mut bytes = [0_u8; 8];
        getrandom::fill(&mut bytes).map_err(content)?;
        Ok(format!("{prefix}-{:016x}", u64::from_be_bytes(bytes)))
    }

    /// Keeps a new project.
    ///
    /// # Errors
    /// [`StoreError`], also when there is one with this id.
    pub async fn add_project(&self, project: &Project) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Projects).await?;
        transaction
            .query("INSERT INTO project (id, status, proposed_at, body) VALUES ($1, $2, $3, $4)")
            .bind(project.id.as_str())
            .bind(project.status.as_str())
            .bind(project.proposed_at.as_microsecond())
            .bind(serde_json::to_string(project).map_err(content)?)
            .execute()
            .await?;
        transaction.commit().await
    }

    /// Changes a project by what `change` makes of it, in one transaction; `None` when there is none with this id.
    ///
    /// # Errors
    /// [`StoreError`]; the inner error is that of `change`, and then nothing is changed.
    pub async fn change_project<E>(
        &self,
        id: &str,
        change: impl FnOnce(Project) -> Result<Project, E> + Send,
    ) -> Result<Option<Result<Project, E>>, StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Projects).await?;
        let row = transaction
            .query("SELECT body FROM project WHERE id = $1")
            .bind(id)
            .fetch_optional()
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let after = match change(project_of(&row)?) {
            Ok(after) => after,
            Err(refusal) => return Ok(Some(Err(refusal))),
        };
        transaction
            .query("UPDATE project SET status = $2, body = $3 WHERE id = $1")
            .bind(id)
            .bind(after.status.as_str())
            .bind(serde_json::to_string(&after).map_err(content)?)
            .execute()
            .await?;
        transaction.commit().await?;
        Ok(Some(Ok(after)))
    }

    /// A project.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn project(&self, id: &str) -> Result<Option<Project>, StoreError> {
        let mut connection = self.database.reader().await?;
        let row = connection
            .query("SELECT body FROM project WHERE id = $1")
            .bind(id)
            .fetch_optional()
            .await?;
        row.as_ref().map(project_of).transpose()
    }

    /// All projects, those proposed last first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn projects(&self) -> Result<Vec<Project>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT body FROM project ORDER BY proposed_at DESC, id")
            .fetch_all()
            .await?;
        rows.iter().map(project_of).collect()
    }
}

fn project_of(row: &Row) -> Result<Project, StoreError> {
    serde_json::from_str(&row.get::<String>("body")?).map_err(content)
}
