//! `lagebild user`.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use lagebild_domain::{AccountName, OrganisationId, Password, Role, Viewer};
use lagebild_store::{AccountEntry, Store};
use serde_json::json;

use crate::failure::Failure;
use crate::installation::Installation;
use crate::output::{self, Form};
use crate::own_deeds;

/// Manage local accounts: people who sign in with a password.
#[derive(Subcommand)]
pub(crate) enum UserCommand {
    /// Make an account. Its password is asked for, or read as one line from standard input; never give it as an argument.
    /// Administrators and auditors get a second factor at once; its address for the authenticator app is printed, once.
    ///
    /// Example: lagebild user add --config lagebild.toml --name anna.muster --label "Ordnungsamt" --role analyst --organisation stadt
    Add {
        #[command(flatten)]
        account: Account,
        /// Name to show, such as an office.
        #[arg(long)]
        label: String,
        /// analyst, management, steering, press, partner, guest, admin or auditor.
        #[arg(long)]
        role: Role,
        /// Organisation that the person acts for.
        #[arg(long)]
        organisation: OrganisationId,
    },
    /// Set another password, asked for or read as one line from standard input. The account's sessions end.
    ///
    /// Example: lagebild user password --config lagebild.toml --name anna.muster
    Password {
        #[command(flatten)]
        account: Account,
    },
    /// Give an account a new second factor and print its address for the authenticator app, once. Its sessions end.
    ///
    /// Example: lagebild user totp --config lagebild.toml --name anna.muster
    Totp {
        #[command(flatten)]
        account: Account,
    },
    /// Let nobody sign in with an account any more. Its sessions end, and open streams within seconds.
    ///
    /// Example: lagebild user disable --config lagebild.toml --name anna.muster
    Disable {
        #[command(flatten)]
        account: Account,
    },
    /// Let somebody sign in with a disabled account again.
    ///
    /// Example: lagebild user enable --config lagebild.toml --name anna.muster
    Enable {
        #[command(flatten)]
        account: Account,
    },
    /// Print all accounts.
    ///
    /// Example: lagebild user list --config lagebild.toml --format json
    List {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Form of the list: text, or one JSON object a line.
        #[arg(long, value_enum, default_value_t = Form::Text)]
        format: Form,
    },
}

/// Which account.
#[derive(Args)]
pub(crate) struct Account {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// Name to sign in with: a-z, 0-9, '-', '_' and '.'.
    #[arg(long)]
    name: AccountName,
}

impl UserCommand {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Add {
                account,
                label,
                role,
                organisation,
            } => {
                let store = account.store().await?;
                let password = new_password(&account.name)?;
                let viewer = Viewer {
                    name: label,
                    role,
                    organisation,
                };
                if !store.add_account(&account.name, &viewer, password).await? {
                    return Err(Failure::failed(format!(
                        "there is an account {} already; `lagebild user password` sets its password",
                        account.name
                    )));
                }
                let words = format!(
                    "name={}&role={role}&organisation={}",
                    account.name, viewer.organisation
                );
                own_deeds::note(&store, "user add", &words).await?;
                if matches!(role, Role::Admin | Role::Auditor) {
                    account.print_second_factor(&store).await?;
                }
            }
            Self::Password { account } => {
                let store = account.store().await?;
                let password = new_password(&account.name)?;
                account.must_be_there(store.set_password(&account.name, password).await?)?;
                account.note(&store, "user password").await?;
            }
            Self::Totp { account } => {
                let store = account.store().await?;
                account.print_second_factor(&store).await?;
            }
            Self::Disable { account } => {
                let store = account.store().await?;
                account.must_be_there(store.set_disabled(&account.name, true).await?)?;
                account.note(&store, "user disable").await?;
            }
            Self::Enable { account } => {
                let store = account.store().await?;
                account.must_be_there(store.set_disabled(&account.name, false).await?)?;
                account.note(&store, "user enable").await?;
            }
            Self::List { config, format } => {
                for account in open(&config).await?.accounts().await? {
                    output::say(&line(&account, format));
                }
            }
        }
        Ok(())
    }
}

impl Account {
    async fn store(&self) -> Result<Store, Failure> {
        open(&self.config).await
    }

    fn must_be_there(&self, is_there: bool) -> Result<(), Failure> {
        if is_there {
            return Ok(());
        }
        Err(Failure::failed(format!(
            "there is no account {}; `lagebild user list` shows all",
            self.name
        )))
    }

    async fn note(&self, store: &Store, command: &str) -> Result<(), Failure> {
        own_deeds::note(store, command, &format!("name={}", self.name)).await
    }

    async fn print_second_factor(&self, store: &Store) -> Result<(), Failure> {
        let factor = store.set_second_factor(&self.name).await?;
        self.must_be_there(factor.is_some())?;
        self.note(store, "user totp").await?;
        if let Some(factor) = factor {
            output::say(&factor.reveal_url(&self.name));
        }
        Ok(())
    }
}

async fn open(config: &Path) -> Result<Store, Failure> {
    Installation::load(config)?.open_store().await
}

/// Asks twice on a terminal, without showing it; else reads a line.
fn new_password(name: &AccountName) -> Result<Password, Failure> {
    let typed = if io::stdin().is_terminal() {
        let ask = |prompt: &str| rpassword::prompt_password(prompt).map_err(Failure::failed);
        let typed = ask(&format!("Password for {name}: "))?;
        if ask("Once more: ")? != typed {
            return Err(Failure::failed("the two passwords differ; nothing was changed"));
        }
        typed
    } else {
        let mut line = String::new();
        io::stdin().read_line(&mut line).map_err(Failure::failed)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    Password::to_set(typed, name).map_err(|weak| Failure::failed(format!("{weak}; nothing was changed")))
}

fn line(account: &AccountEntry, format: Form) -> String {
    let AccountEntry {
        name,
        viewer,
        has_second_factor,
        is_disabled,
        created_at,
    } = account;
    match format {
        Form::Text => {
            let factor = if *has_second_factor { ", second factor" } else { "" };
            let state = if *is_disabled { ", disabled" } else { "" };
            format!(
                "{name}: {} of {}, {:?}, since {created_at:.0}{factor}{state}",
                viewer.role, viewer.organisation, viewer.name
            )
        }
        Form::Json => json!({
            "name": name, "label": viewer.name, "role": viewer.role, "organisation": viewer.organisation,
            "second_factor": has_second_factor, "disabled": is_disabled, "created_at": created_at.to_string(),
        })
        .to_string(),
    }
}
