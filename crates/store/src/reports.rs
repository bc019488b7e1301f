//! Reports with their texts, for viewers.

use std::collections::HashMap;

use lagebild_domain::{RecordScope, RecordedReport, ReportId};
use sqlx::{QueryBuilder, Sqlite};

use crate::error::StoreError;
use crate::open::Store;
use crate::rows::{REPORT_COLUMNS, report_of};

impl Store {
    /// The reports with these numbers that the scope sees, in the order of the numbers given. The feed's own id is there
    /// only for the owner's viewers.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reports(
        &self,
        scope: &RecordScope,
        ids: &[ReportId],
    ) -> Result<Vec<RecordedReport>, StoreError> {
        let mut found = HashMap::new();
        for chunk in ids.chunks(10_000) {
            let mut query =
                QueryBuilder::<Sqlite>::new(format!("SELECT {REPORT_COLUMNS} FROM report WHERE id IN ("));
            let mut list = query.separated(", ");
            for id in chunk {
                list.push_bind(id.0.cast_signed());
            }
            query.push(")");
            for row in &query.build().fetch_all(&self.readers).await? {
                let mut recorded = report_of(row)?;
                let source = recorded.report.source.as_str();
                if !scope.sees(source) {
                    continue;
                }
                if !scope.owns(source) {
                    recorded.report.external_id = lagebild_domain::ExternalId::new("");
                }
                found.insert(recorded.id, recorded);
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }
}
