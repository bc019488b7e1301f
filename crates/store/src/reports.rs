//! Reports with their texts, for viewers.

use std::collections::HashMap;

use lagebild_domain::{RecordScope, RecordedReport, ReportId};

use crate::error::StoreError;
use crate::open::Store;
use crate::rows::{REPORT_COLUMNS, report_of};

/// Reports that one statement looks up.
const AT_ONCE: usize = 10_000;

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
        let mut connection = self.database.reader().await?;
        let condition = self.database.dialect().number_is_one_of("id", "$1");
        for chunk in ids.chunks(AT_ONCE) {
            let numbers: Vec<i64> = chunk.iter().map(|id| id.0.cast_signed()).collect();
            let rows = connection
                .query_made(format!("SELECT {REPORT_COLUMNS} FROM report WHERE {condition}"))
                .bind_numbers(&numbers)
                .fetch_all()
                .await?;
            for row in &rows {
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
