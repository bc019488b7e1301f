//! Links between reports of one happening.

use jiff::Timestamp;
use lagebild_domain::likeness::Likeness;
use lagebild_domain::link::{Link, LinkState};
use lagebild_domain::{OrganisationId, ReportId, Reviewer, Revision};

use crate::database::{Row, Subject};
use crate::error::StoreError;
use crate::many::{self, Column};
use crate::open::Store;
use crate::rows::{content, instant, micros};

/// Reports that one statement names.
const AT_ONCE: usize = 10_000;

fn number(id: ReportId) -> i64 {
    id.0.cast_signed()
}

fn link_of(row: &Row) -> Result<Link, StoreError> {
    let id = |column: &str| Ok::<_, StoreError>(ReportId(row.get::<i64>(column)?.cast_unsigned()));
    let decided = match row.get::<Option<i64>>("decided_at")? {
        None => None,
        Some(at) => Some((
            Reviewer {
                role: row.get::<String>("role")?.parse().map_err(content)?,
                organisation: OrganisationId::new(row.get::<String>("organisation")?).map_err(content)?,
            },
            instant(at)?,
        )),
    };
    Ok(Link {
        first: id("first")?,
        second: id("second")?,
        state: row.get::<String>("state")?.parse().map_err(content)?,
        likeness: Likeness {
            score: row.get("score")?,
            distance_m: row.get("distance_m")?,
            gap_seconds: row.get("gap_seconds")?,
            words: row.get("words")?,
        },
        found_at: instant(row.get("found_at")?)?,
        decided,
    })
}

impl Store {
    /// The revision up to which reports have been compared.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn compared_until(&self) -> Result<Revision, StoreError> {
        let mut connection = self.database.reader().await?;
        let row = connection
            .query("SELECT revision FROM linking WHERE only_row = 1")
            .fetch_one()
            .await?;
        Ok(Revision(row.get::<i64>("revision")?.cast_unsigned()))
    }

    /// Reports whose present version came after one revision and not after another.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn changed_between(
        &self,
        after: Revision,
        until: Revision,
    ) -> Result<Vec<ReportId>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT id FROM report WHERE sequence > $1 AND sequence <= $2")
            .bind(after.0.cast_signed())
            .bind(until.0.cast_signed())
            .fetch_all()
            .await?;
        rows.iter()
            .map(|row| Ok(ReportId(row.get::<i64>("id")?.cast_unsigned())))
            .collect()
    }

    /// Keeps what the comparison up to a revision found, in place of what earlier ones found about the compared reports.
    /// What a person decided stays. Links to reports that are gone meanwhile are left out.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing is kept.
    pub async fn settle_links(
        &self,
        compared: &[ReportId],
        found: &[Link],
        until: Revision,
    ) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Links).await?;
        for ids in compared.chunks(AT_ONCE) {
            let numbers: Vec<i64> = ids.iter().copied().map(number).collect();
            for end in ["first", "second"] {
                let condition = transaction.dialect().number_is_one_of(end, "$1");
                transaction
                    .query_made(format!(
                        "DELETE FROM report_link WHERE {condition} AND state IN ('proposed', 'linked')"
                    ))
                    .bind_numbers(&numbers)
                    .execute()
                    .await?;
            }
        }
        let mut there = std::collections::HashSet::new();
        let ends: Vec<i64> = found
            .iter()
            .flat_map(|link| [number(link.first), number(link.second)])
            .collect();
        for numbers in ends.chunks(AT_ONCE) {
            let condition = transaction.dialect().number_is_one_of("id", "$1");
            let rows = transaction
                .query_made(format!("SELECT id FROM report WHERE {condition}"))
                .bind_numbers(numbers)
                .fetch_all()
                .await?;
            for row in &rows {
                there.insert(row.get::<i64>("id")?);
            }
        }
        let links: Vec<&Link> = found
            .iter()
            .filter(|link| there.contains(&number(link.first)) && there.contains(&number(link.second)))
            .collect();
        let all = || links.iter();
        let columns = [
            ("first", Column::numbers(all().map(|link| number(link.first)))),
            ("second", Column::numbers(all().map(|link| number(link.second)))),
            ("state", Column::texts(all().map(|link| link.state.as_str()))),
            ("score", Column::reals(all().map(|link| link.likeness.score))),
            (
                "distance_m",
                Column::reals(all().map(|link| link.likeness.distance_m)),
            ),
            (
                "gap_seconds",
                Column::numbers(all().map(|link| link.likeness.gap_seconds)),
            ),
            (
                "words",
                Column::maybe_reals(all().map(|link| link.likeness.words)),
            ),
            (
                "found_at",
                Column::numbers(all().map(|link| micros(link.found_at))),
            ),
        ];
        many::insert(
            &mut transaction,
            "report_link",
            &columns,
            "ON CONFLICT (first, second) DO NOTHING",
        )
        .await?;
        transaction
            .query("UPDATE linking SET revision = $1 WHERE only_row = 1")
            .bind(until.0.cast_signed())
            .execute()
            .await?;
        transaction.commit().await
    }

    /// All links of these reports, whatever their state.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn links_of(&self, reports: &[ReportId]) -> Result<Vec<Link>, StoreError> {
        let mut connection = self.database.reader().await?;
        let mut links = Vec::new();
        for ids in reports.chunks(AT_ONCE) {
            let numbers: Vec<i64> = ids.iter().copied().map(number).collect();
            for end in ["first", "second"] {
                let condition = self.database.dialect().number_is_one_of(end, "$1");
                let rows = connection
                    .query_made(format!("SELECT * FROM report_link WHERE {condition}"))
                    .bind_numbers(&numbers)
                    .fetch_all()
                    .await?;
                for row in &rows {
                    links.push(link_of(row)?);
                }
            }
        }
        links.sort_by_key(|link| (link.first, link.second));
        links.dedup_by_key(|link| (link.first, link.second));
        Ok(links)
    }

    /// Links in one of these states behind the given pair, in the order of their reports, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn links(
        &self,
        states: &[LinkState],
        after: (ReportId, ReportId),
        limit: usize,
    ) -> Result<Vec<Link>, StoreError> {
        let mut connection = self.database.reader().await?;
        let wanted = |state: LinkState| i64::from(states.contains(&state));
        let rows = connection
            .query(
                "SELECT * FROM report_link WHERE (first > $1 OR (first = $1 AND second > $2)) \
                 AND (($3 = 1 AND state = 'proposed') OR ($4 = 1 AND state = 'linked') \
                 OR ($5 = 1 AND state = 'confirmed') OR ($6 = 1 AND state = 'undone')) \
                 ORDER BY first, second LIMIT $7",
            )
            .bind(number(after.0))
            .bind(number(after.1))
            .bind(wanted(LinkState::Proposed))
            .bind(wanted(LinkState::Linked))
            .bind(wanted(LinkState::Confirmed))
            .bind(wanted(LinkState::Undone))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all()
            .await?;
        rows.iter().map(link_of).collect()
    }

    /// Pairs of reports that count as one happening.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn linked_pairs(&self) -> Result<Vec<Vec<ReportId>>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT first, second FROM report_link WHERE state IN ('linked', 'confirmed')")
            .fetch_all()
            .await?;
        rows.iter()
            .map(|row| {
                let id =
                    |column: &str| Ok::<_, StoreError>(ReportId(row.get::<i64>(column)?.cast_unsigned()));
                Ok(vec![id("first")?, id("second")?])
            })
            .collect()
    }

    /// Keeps a person's decision about a link; false when there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn decide_link(
        &self,
        (first, second): (ReportId, ReportId),
        state: LinkState,
        by: &Reviewer,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut connection = self.database.writer().await?;
        let row = connection
            .query(
                "UPDATE report_link SET state = $3, decided_at = $4, role = $5, organisation = $6 \
                 WHERE first = $1 AND second = $2 RETURNING first",
            )
            .bind(number(first))
            .bind(number(second))
            .bind(state.as_str())
            .bind(micros(at))
            .bind(by.role.as_str())
            .bind(by.organisation.as_str())
            .fetch_optional()
            .await?;
        Ok(row.is_some())
    }
}
