//! Publications: issued once, not revised.

use jiff::Timestamp;
use lagebild_domain::publication::{Issue, Publication};
use lagebild_domain::{OrganisationId, Revision};

use crate::database::{Row, Subject};
use crate::error::StoreError;
use crate::open::{Store, take_revisions};
use crate::rows::{content, instant, micros};

impl Store {
    /// Issues the publications of weeks that the organisation has none of yet; tells how many those were. A week that was
    /// published stays as it was.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing is issued.
    pub async fn publish(
        &self,
        organisation: &OrganisationId,
        publications: &[Publication],
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Publications).await?;
        let rows = transaction
            .query("SELECT week, number FROM publication WHERE organisation = $1")
            .bind(organisation.as_str())
            .fetch_all()
            .await?;
        let mut issued = std::collections::BTreeSet::new();
        let mut number: i64 = 0;
        for row in &rows {
            issued.insert(row.get::<String>("week")?);
            number = number.max(row.get("number")?);
        }
        let new: Vec<&Publication> = publications
            .iter()
            .filter(|publication| !issued.contains(&publication.week().to_string()))
            .collect();
        if new.is_empty() {
            return Ok(0);
        }
        let before = take_revisions(&mut transaction, new.len() as u64).await?;
        for (sequence, publication) in (before.0 + 1..).zip(&new) {
            number += 1;
            transaction
                .query(
                    "INSERT INTO publication (organisation, week, number, sequence, issued_at, content) \
                     VALUES ($1, $2, $3, $4, $5, $6)",
                )
                .bind(organisation.as_str())
                .bind(publication.week().to_string())
                .bind(number)
                .bind(sequence.cast_signed())
                .bind(micros(now))
                .bind(serde_json::to_string(publication).map_err(content)?)
                .execute()
                .await?;
        }
        transaction.commit().await?;
        self.recorded.send_replace(Revision(before.0 + new.len() as u64));
        Ok(new.len() as u64)
    }

    /// Every publication, in the order of issue.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn publications(&self) -> Result<Vec<Issue>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT * FROM publication ORDER BY sequence")
            .fetch_all()
            .await?;
        rows.iter().map(issue_of).collect()
    }
}

pub(crate) fn issue_of(row: &Row) -> Result<Issue, StoreError> {
    Ok(Issue {
        organisation: row.get::<String>("organisation")?.parse().map_err(content)?,
        number: row.get::<i64>("number")?.cast_unsigned(),
        issued_at: instant(row.get("issued_at")?)?,
        revision: Revision(row.get::<i64>("sequence")?.cast_unsigned()),
        publication: serde_json::from_str(&row.get::<String>("content")?).map_err(content)?,
    })
}
