//! The commands, one file each.

use clap::Subcommand;

use crate::analyze::Analyze;
use crate::failure::Failure;
use crate::output;

mod audit;
mod backtest;
mod backup;
mod briefing;
mod config;
mod demo;
mod detect;
mod gazetteer;
mod ingest;
mod privacy;
mod profiles;
mod quarantine;
mod retention;
mod serve;
mod simulate;
mod source;
mod token;
mod user;

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
    Ingest(ingest::Ingest),
    Detect(detect::Detect),
    Backtest(backtest::Backtest),
    Briefing(briefing::Briefing),
    #[command(subcommand)]
    Analyze(Box<Analyze>),
    Simulate(simulate::Simulate),
    #[command(subcommand)]
    Config(config::ConfigCommand),
    #[command(subcommand)]
    Quarantine(quarantine::QuarantineCommand),
    #[command(subcommand)]
    Source(source::SourceCommand),
    #[command(subcommand)]
    Gazetteer(gazetteer::GazetteerCommand),
    #[command(subcommand)]
    Token(token::TokenCommand),
    #[command(subcommand)]
    User(user::UserCommand),
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    Backup(backup::Backup),
    Restore(backup::Restore),
    #[command(subcommand)]
    Privacy(privacy::PrivacyCommand),
    #[command(subcommand)]
    Retention(retention::RetentionCommand),
    /// Print the OpenAPI document of the server.
    ///
    /// Example: lagebild openapi > openapi.json
    Openapi,
}

impl Command {
    /// What is logged when `LAGEBILD_LOG` does not say.
    pub(crate) fn default_log(&self) -> &'static str {
        match self {
            Self::Demo(_) | Self::Serve(_) => "info",
            _ => "warn",
        }
    }

    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            // Boxed: these two hold the whole server.
            Self::Demo(demo) => Box::pin(demo.run()).await,
            Self::Serve(serve) => Box::pin(serve.run()).await,
            Self::Ingest(ingest) => ingest.run().await,
            Self::Detect(detect) => detect.run().await,
            Self::Backtest(backtest) => backtest.run().await,
            Self::Briefing(briefing) => briefing.run().await,
            Self::Analyze(method) => method.run(),
            Self::Simulate(simulate) => simulate.run(),
            Self::Config(command) => command.run(),
            Self::Quarantine(command) => command.run().await,
            Self::Source(command) => command.run(),
            Self::Gazetteer(command) => command.run(),
            Self::Token(command) => command.run().await,
            Self::User(command) => command.run().await,
            Self::Audit(command) => command.run().await,
            Self::Backup(backup) => backup.run().await,
            Self::Restore(restore) => restore.run().await,
            Self::Privacy(command) => command.run(),
            Self::Retention(command) => command.run().await,
            Self::Openapi => {
                output::say(lagebild_api::openapi().trim_end());
                Ok(())
            }
        }
    }
}
