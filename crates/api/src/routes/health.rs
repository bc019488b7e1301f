//! Is the server alive, is it ready, how is it doing.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use lagebild_domain::Role;

use crate::app::App;
use crate::problem::Problem;
use crate::seer::Seer;

pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

pub(super) async fn readyz(State(app): State<App>) -> Result<&'static str, Problem> {
    if *app.ready.borrow() {
        Ok("ready\n")
    } else {
        Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "The picture is still being loaded.",
        ))
    }
}

/// In Prometheus' text format. How much there is and how it grows is told to the operator's token only.
pub(super) async fn metrics(State(app): State<App>, seer: Result<Seer, Problem>) -> impl IntoResponse {
    let mut body = gauge(
        "lagebild_ready",
        "1 when the picture is loaded and the latest look is stored.",
        u64::from(*app.ready.borrow()),
    );
    if seer.is_ok_and(|seer| seer.viewer.role == Role::Admin) {
        body += &gauge(
            "lagebild_reports",
            "Reports in the picture.",
            app.situation.len() as u64,
        );
        body += &gauge(
            "lagebild_revision",
            "State of the data.",
            app.situation.revision().0,
        );
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], body)
}

fn gauge(name: &str, help: &str, value: u64) -> String {
    format!("# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n")
}
