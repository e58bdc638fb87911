//! `curfew verify-receipt`: whether receipts are what they say, from a file and a public key and nothing else.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use domain::receipt::{Attests, Receipt};
use receipts::{PublicKey, Untrue, verify_all};

/// What to verify, and by which keys.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file: what `/v1/requests/{id}/evidence` answered, or receipts out of it.
    file: PathBuf,
    /// A public key that is trusted: 32 bytes in base64, as `/v1/receipt-keys` shows it. May be given several times.
    #[arg(long = "key", required = true)]
    keys: Vec<String>,
}

/// Says of each receipt what it attests, or why it is not to be believed. 0 when all are true, 1 when one is not, 64
/// when there is nothing to verify.
#[must_use]
pub fn verify_receipt(arguments: &Arguments) -> ExitCode {
    match read(arguments) {
        Ok(verdicts) if verdicts.is_empty() => {
            eprintln!("there is no receipt in the file");
            ExitCode::from(64)
        }
        Ok(verdicts) => {
            let mut all_true = true;
            for verdict in &verdicts {
                match verdict {
                    Ok(receipt) => println!("true   {}", told(receipt)),
                    Err(untrue) => {
                        all_true = false;
                        println!("FALSE  {untrue}");
                    }
                }
            }
            if all_true { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(64)
        }
    }
}

fn read(arguments: &Arguments) -> anyhow::Result<Vec<Result<Receipt, Untrue>>> {
    let keys =
        arguments.keys.iter().map(|key| PublicKey::parse(key)).collect::<Result<Vec<_>, _>>().context("--key")?;
    let name = arguments.file.display();
    let text = std::fs::read_to_string(&arguments.file).with_context(|| format!("{name} cannot be read"))?;
    let file = serde_json::from_str(&text).with_context(|| format!("{name} is not JSON"))?;
    Ok(verify_all(&file, &keys))
}

fn told(receipt: &Receipt) -> String {
    let tuple = &receipt.tuple;
    let what = receipt.permission_set_name.as_deref().unwrap_or(tuple.permission_set.as_str());
    let said = match (receipt.attests, receipt.exposure.removed_at) {
        (Attests::SessionsCut, _) => format!("sessions denied, read back by {}", receipt.made_at),
        (Attests::End, Some(at)) => format!("gone, read back at {at}"),
        (Attests::End, None) => "over, with nothing taken away".to_owned(),
    };
    format!("{what} in {} of {}: {said} (receipt {})", tuple.account, tuple.principal, receipt.id)
}
