//! `lagebild detect`.

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use lagebild_api::HotspotItem;
use lagebild_domain::{Hotspot, Taxonomy, explanation, german};
use serde_json::json;

use super::profiles::{Before, Profiles};
use crate::detection::LookAt;
use crate::failure::Failure;
use crate::follow::catch_up;
use crate::output;

/// Look for emerging hotspots now, keep what is found, and print it.
///
/// Example: lagebild detect --config lagebild.toml --as-of 2026-11-01 --format geojson
#[derive(Args)]
pub(crate) struct Detect {
    #[command(flatten)]
    profiles: Profiles,
    /// Last day to look at; without it, the newest day that there are reports of.
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = Form::Table)]
    format: Form,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Table,
    Json,
    Geojson,
}

impl Detect {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let Before {
            store,
            situation,
            looker,
            ..
        } = Before::of(self.profiles.installation()?).await?;
        let looks = looker
            .look(self.as_of.map_or(LookAt::Everything, LookAt::Day))
            .await?;
        for notice in &looks.notices {
            output::note(&notice.sentence);
        }
        for refused in &looks.refused {
            output::warn(refused);
        }
        if looks.refused.len() == looker.profiles().len() {
            return Err(Failure::usage("no profile could look at these data; see above"));
        }
        if looks.is_look_back {
            output::note("A later look is stored: this look back is shown, and nothing of it is kept.");
        }
        catch_up(&store, &situation).await?;
        let tallies = looker.tallies(looks.as_of).await?;
        let mut hotspots = looks.found;
        hotspots.sort_by(|a, b| b.finding.observed.total_cmp(&a.finding.observed));
        let taxonomy = situation.vocabulary().taxonomy();
        match self.format {
            Form::Table => {
                print_table(&hotspots, taxonomy);
                for tally in &tallies {
                    output::say(&tally.line());
                }
            }
            Form::Json => {
                let items: Vec<HotspotItem> = hotspots
                    .iter()
                    .map(|hotspot| HotspotItem::new(hotspot, taxonomy))
                    .collect();
                output::say(&format!(
                    "{:#}",
                    json!({"as_of": looks.as_of, "items": items, "notices": looks.notices, "refused": looks.refused,
                        "tallies": tallies})
                ));
            }
            Form::Geojson => output::say(&format!("{:#}", geojson(&hotspots, taxonomy))),
        }
        Ok(())
    }
}

fn geojson(hotspots: &[Hotspot], taxonomy: &Taxonomy) -> serde_json::Value {
    let features: Vec<serde_json::Value> = hotspots
        .iter()
        .map(|hotspot| {
            let mut properties = json!(HotspotItem::new(hotspot, taxonomy));
            let geometry = properties
                .as_object_mut()
                .and_then(|properties| properties.remove("geometry"));
            json!({"type": "Feature", "id": hotspot.id, "geometry": geometry, "properties": properties})
        })
        .collect();
    json!({"type": "FeatureCollection", "features": features})
}

fn print_table(hotspots: &[Hotspot], taxonomy: &Taxonomy) {
    if hotspots.is_empty() {
        output::say("Nothing stands out.");
        return;
    }
    output::say(&format!(
        "{:<8} {:<17} {:<10} {:>8} {:>8} {:>6} {:>8}  {:<23} PLACE",
        "ID", "KIND", "STATE", "OBSERVED", "EXPECTED", "P", "RADIUS_M", "WINDOW"
    ));
    for hotspot in hotspots {
        let finding = &hotspot.finding;
        let first = german::day_of(finding.window.from());
        let last = german::day_of(finding.window.to()).yesterday().unwrap_or(first);
        output::say(&format!(
            "{:<8} {:<17} {:<10} {:>8} {:>8.1} {:>6} {:>8.0}  {first}..{last}  {}",
            hotspot.id.0,
            finding.kind.as_str(),
            hotspot.state.as_str(),
            finding.observed,
            finding.expected,
            finding.p_value.map_or("-".to_owned(), |p| format!("{p:.3}")),
            finding.radius_m,
            finding.place
        ));
    }
    output::say("");
    for hotspot in hotspots {
        output::say(&format!(
            "{}: {}",
            hotspot.id,
            explanation::sentence(&hotspot.finding, taxonomy)
        ));
        for caution in &hotspot.finding.cautions {
            output::say(&format!("    Vorsicht: {caution}"));
        }
    }
}
