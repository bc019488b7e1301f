//! Is the server alive, is it ready, how is it doing.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;

use crate::app::App;
use crate::problem::Problem;

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

/// In Prometheus' text format; counts of the installation, nothing of what reports say.
pub(super) async fn metrics(State(app): State<App>) -> impl IntoResponse {
    let body = format!(
        "# HELP lagebild_reports Reports in the picture.\n# TYPE lagebild_reports gauge\nlagebild_reports {}\n\
         # HELP lagebild_revision State of the data.\n# TYPE lagebild_revision counter\nlagebild_revision {}\n\
         # HELP lagebild_ready 1 when the picture is loaded and the latest look is stored.\n\
         # TYPE lagebild_ready gauge\nlagebild_ready {}\n",
        app.situation.len(),
        app.situation.revision(),
        u8::from(*app.ready.borrow()),
    );
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], body)
}
