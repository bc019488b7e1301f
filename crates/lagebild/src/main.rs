//! `lagebild`: the shared situation picture of a city and its police, as one program.

mod alerts;
mod analyze;
mod attendance;
mod auditing;
mod backtest;
mod backups;
mod briefing;
mod commands;
mod config;
mod connect;
mod demo;
mod detection;
mod dice;
mod failure;
mod follow;
mod installation;
mod jobs;
mod linking;
mod output;
mod own_deeds;
mod picture_file;
mod place_files;
mod privacy_report;
mod publishing;
mod retention;
mod simulate;
mod single_sign_on;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;

use commands::Command;

/// The shared situation picture of a city and its police.
#[derive(Parser)]
#[command(name = "lagebild", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let quiet = tracing_subscriber::EnvFilter::new(cli.command.default_log());
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_env("LAGEBILD_LOG").unwrap_or(quiet))
        .init();
    match cli.command.run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::complain(&failure.to_string());
            failure.exit_code()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }
}
