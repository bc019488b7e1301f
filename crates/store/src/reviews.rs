//! What analysts say of hotspots.

use jiff::Timestamp;
use lagebild_domain::review::reviewed;
use lagebild_domain::{Hotspot, HotspotId, InvalidReview, OrganisationId, Review, Reviewer, Revision};

use crate::database::Subject;
use crate::error::StoreError;
use crate::hotspots::{hotspot_of, write_hotspot};
use crate::open::{Store, take_revisions};
use crate::rows::{content, instant, micros};

/// A review with its place in the order of all changes.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedReview {
    /// What was said.
    pub review: Review,
    /// Revision at which it was recorded.
    pub revision: Revision,
}

impl Store {
    /// Keeps a review and what it makes of the hotspot, in one transaction; `None` when there is no such hotspot.
    ///
    /// # Errors
    /// [`StoreError`]; the inner error says why the review cannot be taken.
    pub async fn record_review(
        &self,
        id: &HotspotId,
        review: &Review,
    ) -> Result<Option<Result<Hotspot, InvalidReview>>, StoreError> {
        // No look may settle in between.
        let mut transaction = self.database.begin_writing(Subject::Looks).await?;
        let row = transaction
            .query("SELECT * FROM hotspot WHERE id = $1")
            .bind(&id.0)
            .fetch_optional()
            .await?;
        let Some(before) = row.as_ref().map(hotspot_of).transpose()? else {
            return Ok(None);
        };
        let mut after = match reviewed(&before, review) {
            Ok(after) => after,
            Err(invalid) => return Ok(Some(Err(invalid))),
        };
        let revision = Revision(take_revisions(&mut transaction, 1).await?.0 + 1);
        after.revision = revision;
        write_hotspot(&mut transaction, &after, revision.0, review.at).await?;
        transaction
            .query(
                "INSERT INTO hotspot_review (hotspot, sequence, at, action, text, role, organisation) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(&id.0)
            .bind(revision.0.cast_signed())
            .bind(micros(review.at))
            .bind(review.action.as_str())
            .bind(review.text.as_deref())
            .bind(review.by.role.as_str())
            .bind(review.by.organisation.as_str())
            .execute()
            .await?;
        transaction.commit().await?;
        self.recorded.send_replace(revision);
        Ok(Some(Ok(after)))
    }

    /// The reviews of a hotspot after a revision, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reviews(
        &self,
        id: &HotspotId,
        after: Revision,
        limit: usize,
    ) -> Result<Vec<RecordedReview>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT * FROM hotspot_review WHERE hotspot = $1 AND sequence > $2 ORDER BY sequence LIMIT $3")
            .bind(&id.0)
            .bind(i64::try_from(after.0).unwrap_or(i64::MAX))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all()
            .await?;
        rows.iter()
            .map(|row| {
                let at: Timestamp = instant(row.get("at")?)?;
                Ok(RecordedReview {
                    review: Review {
                        action: row.get::<String>("action")?.parse().map_err(content)?,
                        text: row.get("text")?,
                        by: Reviewer {
                            role: row.get::<String>("role")?.parse().map_err(content)?,
                            organisation: OrganisationId::new(row.get::<String>("organisation")?)
                                .map_err(content)?,
                        },
                        at,
                    },
                    revision: Revision(row.get::<i64>("sequence")?.cast_unsigned()),
                })
            })
            .collect()
    }
}
