//! Ordered briefings are written, one after the other.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use lagebild_domain::Revision;
use lagebild_store::{Briefing, Store, StoreError, Written};
use tokio::sync::{Notify, watch};

use super::{Editor, NoBriefing, Order};

/// Another node may have taken an order that nobody writes; and this one may have been told while it was busy.
const INTERVAL: Duration = Duration::from_secs(5);

/// Writes what is ordered, for ever. One at a time on each node: twenty orders at once take their turns, and requests keep
/// their threads.
pub(crate) async fn write_orders(
    editor: Editor,
    store: Store,
    ordered: Arc<Notify>,
    mut reached: watch::Receiver<Option<Revision>>,
) {
    // Part of the picture would be written up as the whole.
    reached.wait_for(Option::is_some).await.ok();
    loop {
        match write_next(&editor, &store).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "an ordered briefing could not be kept; trying again"),
        }
        tokio::time::timeout(INTERVAL, ordered.notified()).await.ok();
    }
}

/// True when there was one.
async fn write_next(editor: &Editor, store: &Store) -> Result<bool, StoreError> {
    let Some(briefing) = store.take_briefing_order(Timestamp::now()).await? else {
        return Ok(false);
    };
    let written = write(editor, &briefing).await?;
    match &written {
        Written::Ready { stamp, .. } => {
            tracing::info!(briefing = %briefing.id, kind = %briefing.order.kind, audience = %briefing.order.audience, stamp, "issued a briefing");
        }
        Written::Refused(reason) => {
            tracing::info!(briefing = %briefing.id, kind = %briefing.order.kind, reason, "a briefing cannot be written");
        }
    }
    store
        .issue_briefing(&briefing.id, &written, Timestamp::now())
        .await?;
    Ok(true)
}

async fn write(editor: &Editor, briefing: &Briefing) -> Result<Written, StoreError> {
    let order = Order {
        kind: briefing.order.kind,
        period: briefing.order.period,
        audience: briefing.order.audience.clone(),
        subject: briefing.order.subject.clone(),
    };
    let document = match editor.document(&order).await {
        Ok(document) => document,
        Err(NoBriefing::Refused(reason)) => return Ok(Written::Refused(reason)),
        Err(NoBriefing::Store(error)) => return Err(error),
    };
    let setting = tokio::task::spawn_blocking(move || {
        let pdf = lagebild_briefing::pdf(&document).map_err(|error| error.to_string())?;
        let xlsx = lagebild_briefing::xlsx(&document).map_err(|error| error.to_string())?;
        let html = lagebild_briefing::html(&document).into_bytes();
        Ok::<_, String>(Written::Ready {
            stamp: document.stamp,
            files: vec![("pdf", pdf), ("html", html), ("xlsx", xlsx)],
        })
    });
    Ok(match setting.await {
        Ok(Ok(ready)) => ready,
        Ok(Err(fault)) => {
            tracing::error!(fault, "a briefing cannot be set");
            Written::Refused("The document could not be set; the operator has a log entry.".to_owned())
        }
        Err(_) => Written::Refused("The document could not be set; the operator has a log entry.".to_owned()),
    })
}
