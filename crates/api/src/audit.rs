//! Who saw and did what, on its way to the store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use lagebild_domain::audit::{Action, Deed};
use lagebild_domain::{Revision, Viewer};

use crate::app::App;

/// Whoever looks at the same again within so long gets one entry more at its end, that says how often.
const SAME: SignedDuration = SignedDuration::from_mins(10);
/// Letters of the words that are kept.
const LONGEST_WORDS: usize = 500;
/// Addresses that show nothing of the data, or that note what they do themselves.
const QUIET: [&str; 6] = [
    "/api/v1/me",
    "/api/v1/session",
    "/api/v1/session/preview",
    "/api/v1/taxonomy",
    "/api/v1/areas",
    "/api/v1/basemap",
];
/// Words of the query that only say how the answer is brought.
const MANNERS: [&str; 3] = ["v", "limit", "next"];

/// Deeds that are not yet in the store. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct AuditTrail {
    waiting: Arc<Mutex<Waiting>>,
}

#[derive(Debug, Default)]
struct Waiting {
    /// What is looked at again and again, such as tiles.
    sights: HashMap<Sight, Sighted>,
    /// All else, one by one.
    deeds: Vec<Deed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Sight {
    by: Viewer,
    action: Action,
    what: String,
    words: String,
}

#[derive(Debug)]
struct Sighted {
    at: Timestamp,
    revision: Revision,
    times: u64,
    /// When the last entry about it was handed over.
    told_at: Option<Timestamp>,
}

impl AuditTrail {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what somebody did just now.
    pub(crate) fn note(&self, by: &Viewer, action: Action, what: &str, words: &str, revision: Revision) {
        let at = Timestamp::now();
        let mut waiting = self.waiting();
        if matches!(action, Action::Saw | Action::Refused | Action::SignInFailed) {
            let sight = Sight {
                by: by.clone(),
                action,
                what: what.to_owned(),
                words: words.to_owned(),
            };
            let seen = waiting.sights.entry(sight).or_insert(Sighted {
                at,
                revision,
                times: 0,
                told_at: None,
            });
            (seen.at, seen.revision, seen.times) = (at, revision, seen.times + 1);
        } else {
            waiting.deeds.push(Deed {
                at,
                revision,
                action,
                what: what.to_owned(),
                words: words.to_owned(),
                times: 1,
                by: by.clone(),
            });
        }
    }

    /// Takes what is due: what is new at once, what is a repetition when its time is over, or all when the server stops.
    pub fn take_due(&self, now: Timestamp, is_stopping: bool) -> Vec<Deed> {
        let mut waiting = self.waiting();
        let mut due = std::mem::take(&mut waiting.deeds);
        waiting.sights.retain(|sight, seen| {
            let is_over = seen
                .told_at
                .is_some_and(|told_at| now.duration_since(told_at) >= SAME);
            let is_due = seen.told_at.is_none() || is_over || is_stopping;
            if is_due && seen.times > 0 {
                due.push(Deed {
                    at: seen.at,
                    revision: seen.revision,
                    action: sight.action,
                    what: sight.what.clone(),
                    words: sight.words.clone(),
                    times: std::mem::take(&mut seen.times),
                    by: sight.by.clone(),
                });
                seen.told_at = Some(now);
                return true;
            }
            !is_over
        });
        due.sort_by_key(|deed| deed.at);
        due
    }

    /// Puts back what the store did not take.
    pub fn put_back(&self, deeds: Vec<Deed>) {
        self.waiting().deeds.extend(deeds);
    }
}

/// Learns who a request is from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Witness(Arc<OnceLock<Viewer>>);

impl Witness {
    pub(crate) fn recognise(&self, viewer: &Viewer) {
        self.0.get_or_init(|| viewer.clone());
    }
}

/// Notes every request of somebody that shows or changes something.
pub(crate) async fn witness(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let witness = Witness::default();
    request.extensions_mut().insert(witness.clone());
    let method = request.method().clone();
    let what = address(&request);
    let words = words(request.uri().query().unwrap_or_default());
    let response = next.run(request).await;
    if let (Some(viewer), Some(what)) = (witness.0.get(), what)
        && let Some(action) = action_of(&method, response.status())
    {
        app.audit
            .note(viewer, action, &what, &words, app.situation.revision());
    }
    response
}

/// The address to note; a tile's without its place, since one look at the map asks for many.
fn address(request: &Request) -> Option<String> {
    let template = request.extensions().get::<MatchedPath>()?.as_str();
    if QUIET.contains(&template) {
        return None;
    }
    let path = request.uri().path();
    let kept = if template.starts_with("/tiles/") {
        path.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
    } else {
        path.to_owned()
    };
    Some(kept.chars().take(LONGEST_WORDS).collect())
}

fn words(query: &str) -> String {
    let kept = form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| !MANNERS.contains(&name.as_ref()))
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>();
    kept.join("&").chars().take(LONGEST_WORDS).collect()
}

fn action_of(method: &Method, status: StatusCode) -> Option<Action> {
    if status == StatusCode::FORBIDDEN {
        return Some(Action::Refused);
    }
    let is_answered = status.is_success() || status == StatusCode::NOT_MODIFIED;
    is_answered.then_some(if method.is_safe() {
        Action::Saw
    } else {
        Action::Changed
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lagebild_domain::{OrganisationId, Role};

    fn viewer() -> Viewer {
        Viewer {
            name: "Ordnungsamt".to_owned(),
            role: Role::Analyst,
            organisation: OrganisationId::new("stadt").unwrap(),
        }
    }

    #[test]
    fn the_first_look_is_told_at_once_and_repetitions_at_the_end_of_their_time() {
        let trail = AuditTrail::default();
        let look = |times| {
            for _ in 0..times {
                trail.note(
                    &viewer(),
                    Action::Saw,
                    "/tiles/cells",
                    "kind=complaint",
                    Revision(3),
                );
            }
        };
        let now = Timestamp::now();
        let later = |minutes: i64| now + SignedDuration::from_mins(minutes);
        let times = |deeds: Vec<Deed>| deeds.iter().map(|deed| deed.times).collect::<Vec<_>>();
        look(3);
        assert_eq!(times(trail.take_due(now, false)), [3]);
        look(40);
        assert_eq!(times(trail.take_due(later(9), false)), Vec::<u64>::new());
        assert_eq!(times(trail.take_due(later(10), false)), [40]);
        assert_eq!(times(trail.take_due(later(30), false)), Vec::<u64>::new());
        look(1);
        assert_eq!(
            times(trail.take_due(later(31), false)),
            [1],
            "forgotten in between"
        );
        look(2);
        assert_eq!(times(trail.take_due(later(32), true)), [2], "the server stops");
    }

    #[test]
    fn what_is_done_is_told_one_by_one() {
        let trail = AuditTrail::default();
        for _ in 0..2 {
            trail.note(
                &viewer(),
                Action::Changed,
                "/api/v1/hotspots/hs-1/review",
                "",
                Revision(3),
            );
        }
        let due = trail.take_due(Timestamp::now(), false);
        assert_eq!(due.len(), 2);
        trail.put_back(due);
        assert_eq!(trail.take_due(Timestamp::now(), false).len(), 2);
    }

    #[test]
    fn manners_are_not_kept_and_words_are_cut() {
        assert_eq!(
            words("v=17&kind=complaint&limit=3&area=mitte&next=x"),
            "kind=complaint&area=mitte"
        );
        assert_eq!(words(&format!("bbox={}", "1".repeat(900))).len(), LONGEST_WORDS);
    }
}
