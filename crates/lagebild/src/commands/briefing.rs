//! `lagebild briefing`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;
use lagebild_domain::{BriefingKind, OrganisationId, Period, german};

use crate::briefing::{Editor, NoBriefing, Order};
use crate::failure::Failure;
use crate::follow::catch_up;
use crate::installation::Installation;
use crate::{output, picture_file};

/// Write a briefing for an audience, as PDF, HTML or workbook.
///
/// Example: lagebild briefing --config lagebild.toml --kind weekly --period 2026-W46 --audience lenkungsgruppe --out woche.pdf
#[derive(Args)]
pub(crate) struct Briefing {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// What it is for: daily, weekly, monthly, dossier, project, controlling or public.
    #[arg(long)]
    kind: BriefingKind,
    /// What it speaks of: 2026-11-14, 2026-W46, 2026-10, 2026-H1 or 2025; without it, the last that is over.
    #[arg(long)]
    period: Option<Period>,
    /// For whom: the id of an organisation or body. It says no more than has been released to them.
    #[arg(long)]
    audience: OrganisationId,
    /// Of a dossier: the hotspot's id.
    #[arg(long, value_name = "HOTSPOT")]
    subject: Option<String>,
    /// The file; its ending says its form: .pdf, .html or .xlsx.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Clone, Copy)]
enum Form {
    Pdf,
    Html,
    Xlsx,
}

fn form_of(file: &Path) -> Option<Form> {
    match file.extension()?.to_str()? {
        "pdf" => Some(Form::Pdf),
        "html" => Some(Form::Html),
        "xlsx" => Some(Form::Xlsx),
        _ => None,
    }
}

impl Briefing {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let form = form_of(&self.out).ok_or_else(|| {
            Failure::usage(format!(
                "--out {} has none of the endings .pdf, .html and .xlsx",
                self.out.display()
            ))
        })?;
        let installation = Arc::new(Installation::load(&self.config)?);
        let store = installation.open_store().await?;
        let situation = Arc::new(installation.situation());
        picture_file::load(&installation.picture_file(), &store, &situation).await;
        catch_up(&store, &situation).await?;
        let period = self
            .period
            .or_else(|| self.kind.last_closed(german::day_of(Timestamp::now())));
        let order = Order {
            kind: self.kind,
            period: period.ok_or_else(|| Failure::usage("--period is missing"))?,
            audience: self.audience,
            subject: self.subject,
        };
        let editor = Editor::new(installation, store, situation);
        let document = editor.document(&order).await.map_err(|error| match error {
            NoBriefing::Refused(reason) => Failure::usage(reason),
            NoBriefing::Store(error) => error.into(),
        })?;
        let bytes = match form {
            Form::Pdf => lagebild_briefing::pdf(&document).map_err(Failure::failed)?,
            Form::Html => lagebild_briefing::html(&document).into_bytes(),
            Form::Xlsx => lagebild_briefing::xlsx(&document).map_err(Failure::failed)?,
        };
        std::fs::write(&self.out, &bytes)
            .map_err(|error| Failure::failed(format!("{} cannot be written: {error}", self.out.display())))?;
        output::say(&format!(
            "{}: {} {} for {}, {}",
            self.out.display(),
            order.kind,
            order.period,
            order.audience,
            document.stamp
        ));
        Ok(())
    }
}
