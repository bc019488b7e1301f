//! Publications are issued once.

use lagebild_domain::publication::{Cut, Issue, Priority, Publication, Released};
use lagebild_domain::week::Week;
use lagebild_domain::{Change, Kind, OrganisationId, Revision, ThemeId};

use crate::site::{Site, on_both_stores};

on_both_stores! {
    a_week_is_published_once_and_keeps_its_number,
    nodes_that_publish_at_once_issue_each_week_once,
}

fn organisation(id: &str) -> OrganisationId {
    OrganisationId::new(id).unwrap()
}

/// A week with so many complaints about noise.
fn publication(week: &str, reports: usize) -> Publication {
    let report = Released {
        district: None,
        cell: None,
        kind: Kind::Complaint,
        theme: ThemeId::new("laerm").unwrap(),
        is_known: false,
    };
    let cut = Cut {
        smallest_count: 5.try_into().unwrap(),
        priority: Priority::Topic,
    };
    let week: Week = week.parse().unwrap();
    Publication::cut(week, cut, &vec![report; reports])
}

async fn a_week_is_published_once_and_keeps_its_number(site: Site) {
    let store = site.open().await;
    let now = "2026-11-22T12:00:00Z".parse().unwrap();
    let (partner, guest) = (organisation("bundespolizei"), organisation("gast"));
    let first = [publication("2026-W44", 7), publication("2026-W45", 8)];
    assert_eq!(store.publish(&partner, &first, now).await.unwrap(), 2);
    // A late report does not revise what was published.
    let again = [publication("2026-W45", 9), publication("2026-W46", 10)];
    assert_eq!(store.publish(&partner, &again, now).await.unwrap(), 1);
    assert_eq!(store.publish(&guest, &again[..1], now).await.unwrap(), 1);

    let issues = site.open().await.publications().await.unwrap();
    let expected = [
        (&partner, 1, 1, &first[0]),
        (&partner, 2, 2, &first[1]),
        (&partner, 3, 3, &again[1]),
        (&guest, 1, 4, &again[0]),
    ]
    .map(|(organisation, number, revision, publication)| Issue {
        organisation: organisation.clone(),
        number,
        issued_at: now,
        revision: Revision(revision),
        publication: publication.clone(),
    });
    assert_eq!(issues, expected);
    let changes = store.changes_since(Revision(2), 10).await.unwrap();
    let followed = expected[2..]
        .iter()
        .map(|issue| Change::Publication(Box::new(issue.clone())));
    assert!(changes.into_iter().eq(followed));
}

async fn nodes_that_publish_at_once_issue_each_week_once(site: Site) {
    let weeks: Vec<Publication> = (10..40)
        .map(|week| publication(&format!("2026-W{week}"), 7))
        .collect();
    let mut nodes = Vec::new();
    for _ in 0..3 {
        let (store, weeks) = (site.open().await, weeks.clone());
        nodes.push(tokio::spawn(async move {
            let now = "2026-11-22T12:00:00Z".parse().unwrap();
            store.publish(&organisation("gast"), &weeks, now).await.unwrap()
        }));
    }
    let mut issued = 0;
    for node in nodes {
        issued += node.await.unwrap();
    }
    assert_eq!(issued, weeks.len() as u64);
    let numbers: Vec<u64> = site
        .open()
        .await
        .publications()
        .await
        .unwrap()
        .iter()
        .map(|issue| issue.number)
        .collect();
    assert!(numbers.into_iter().eq(1..=weeks.len() as u64));
}
