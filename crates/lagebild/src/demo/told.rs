//! What the demo's people have told each other: a Sofortmeldung, released as a document.

use std::collections::BTreeSet;

use jiff::Timestamp;
use lagebild_api::CapIssue;
use lagebild_domain::alert::{Bulletin, Known, decide};
use lagebild_domain::disclosure::AlertShown;
use lagebild_domain::review::Reviewer;
use lagebild_domain::{AlertScope, OrganisationId, Role};
use lagebild_store::{CapRecord, Store};

use crate::failure::Failure;
use crate::installation::Installation;

const EVENT: &str = "Weihnachtsmarkt in der Innenstadt: An den Wochenenden ist mit deutlich mehr Besucherinnen und Besuchern zu \
                     rechnen. Ordnungsdienst und Polizei gehen am Freitag- und Samstagabend gemeinsam Streife.";

/// Writes the city's Sofortmeldung to the police, the Koordinationsebene and the Bundespolizei, and releases it.
pub(crate) async fn tell(installation: &Installation, store: &Store, now: Timestamp) -> Result<(), Failure> {
    let organisation = |id: &str| OrganisationId::new(id).map_err(Failure::failed);
    let sender = organisation("stadt")?;
    let receivers: BTreeSet<OrganisationId> = ["polizei", "koordinationsebene", "bundespolizei"]
        .into_iter()
        .map(organisation)
        .collect::<Result<_, _>>()?;
    let bulletin = Bulletin::Immediate {
        event: EVENT.to_owned(),
        area: Some("mitte".to_owned()),
        receivers,
    };
    let partnership = &installation.config.partnership;
    let sender_name = partnership.name_of(&sender).unwrap_or("Stadt").to_owned();
    let situation = installation.situation();
    let district = situation.vocabulary().areas().by_id("mitte");
    let scopes = AlertScope::all(
        partnership,
        &installation.sources(),
        &installation.releases(),
        now,
    );
    let by = Reviewer {
        role: Role::Analyst,
        organisation: sender.clone(),
    };
    let alerting = installation.alerting();
    let recorded = store
        .record_bulletin(&bulletin, &by, now, |number, book| {
            let occurrence = bulletin.occurrence(number, &sender, &sender_name, district);
            let subscriptions = alerting.all(&book.subscriptions);
            let known = Known {
                alerts: &[],
                ..book.known(&subscriptions)
            };
            decide(&[occurrence], &known, &scopes, now)
        })
        .await?;
    let Some(alert) = recorded.map(|recorded| recorded.alert) else {
        return Ok(());
    };
    let Some(known) = store.alert(alert).await? else {
        return Ok(());
    };
    let issue = CapIssue {
        alert,
        content: known.content(AlertShown::WHOLE),
        addresses: None,
        sender_name,
        sent: now,
        cancels: None,
        sender: alerting.cap_sender.to_string(),
        city: installation.config.area.name.clone(),
        address: alerting.address.to_string(),
        is_exercise: true,
    };
    let make = |number, earlier: &[CapRecord]| issue.record(number, earlier);
    store.add_cap_document(alert, make).await?;
    Ok(())
}
