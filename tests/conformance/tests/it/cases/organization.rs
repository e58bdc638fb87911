//! The organization: its tree, its accounts, their tags.

use aws_sdk_organizations::types::{Account, ChildType};

use super::form;
use crate::notes::{Notes, pages};

pub async fn described(notes: &mut Notes<'_>) {
    let side = notes.side;
    if let Some(answer) = notes.call("describe", side.organizations.describe_organization().send()).await {
        let organization = answer.organization().unwrap();
        notes.maybe("features", organization.feature_set().map(|set| set.as_str()));
        notes.maybe("ARN", organization.arn());
        notes.maybe("management account", organization.master_account_id());
        notes.maybe("management account's ARN", organization.master_account_arn());
        notes.fact("its address is there", organization.master_account_email().is_some());
    }
    if let Some(answer) = notes.call("roots", side.organizations.list_roots().send()).await {
        notes.fact("roots: count", answer.roots().len());
        for root in answer.roots() {
            notes.maybe("root's name", root.name());
            notes.maybe("root's ARN", root.arn());
            notes.maybe("root's id", root.id());
        }
    }
}

/// The tree, one line for each account, found by walking down.
pub async fn walked(notes: &mut Notes<'_>) {
    let mut lines = Vec::new();
    let mut waiting = vec![(notes.side.root.clone(), String::new())];
    while let Some((id, path)) = waiting.pop() {
        let side = notes.side;
        let list = || side.organizations.list_accounts_for_parent().parent_id(&id);
        let found = pages!(notes, "accounts", list(), accounts);
        for account in found.iter().filter(|account| account.id() != Some(side.account.as_str())) {
            lines.push(format!("{path}/{}", account.name().unwrap_or("?")));
        }
        let list = || side.organizations.list_organizational_units_for_parent().parent_id(&id);
        let mut found = pages!(notes, "units", list(), organizational_units);
        found.sort_by_key(|unit| unit.name().map(str::to_owned));
        for unit in found {
            waiting.push((unit.id().unwrap().to_owned(), format!("{path}/{}", unit.name().unwrap_or("?"))));
        }
    }
    notes.set("tree", lines);
}

pub async fn listed_in_pages(notes: &mut Notes<'_>) {
    let side = notes.side;
    let list = || side.organizations.list_accounts();
    let all = pages!(notes, "as many as come", list(), accounts);
    let names = all.iter().filter(|account| account.id() != Some(side.account.as_str()));
    notes.set("all", names.map(|account| account.name().unwrap_or("?")));
    let all = pages!(notes, "of 9", list().max_results(9), accounts);
    notes.fact("of 9: count", all.len());
    notes.call("21 at once", list().max_results(21).send()).await;
    notes.call("a token that nobody gave", list().next_token("nonsense").send()).await;
    for kind in [ChildType::Account, ChildType::OrganizationalUnit] {
        let list = || side.organizations.list_children().parent_id(&side.root).child_type(kind.clone());
        let found = pages!(notes, "children of the root", list(), children);
        let found = found.iter().filter_map(|child| child.id()).filter(|id| *id != side.account);
        notes.set(&format!("children of the root: {}", kind.as_str()), found);
    }
}

fn about(notes: &mut Notes<'_>, name: &str, account: &Account) {
    notes.maybe(&format!("{name}: id"), account.id());
    notes.maybe(&format!("{name}: ARN"), account.arn());
    notes.maybe(&format!("{name}: name"), account.name());
    notes.maybe(&format!("{name}: address"), account.email());
    notes.maybe(&format!("{name}: status"), account.status().map(|word| word.as_str()));
    notes.maybe(&format!("{name}: state"), account.state().map(|word| word.as_str()));
    notes.maybe(&format!("{name}: joined"), account.joined_method().map(|word| word.as_str()));
    notes.fact(&format!("{name}: has a date"), account.joined_timestamp().is_some());
}

pub async fn an_account(notes: &mut Notes<'_>) {
    let side = notes.side;
    let all = side.organizations.list_accounts().into_paginator().send();
    let all = all.collect::<Result<Vec<_>, _>>().await.unwrap();
    let all: Vec<Account> = all.into_iter().flat_map(|page| page.accounts.unwrap_or_default()).collect();
    let suspended = all.iter().filter(|account| account.status().is_some_and(|word| word.as_str() == "SUSPENDED"));
    notes.set("suspended ones are listed", suspended.filter_map(Account::name));
    for name in ["payments-ledger-production", "sandbox-freight"] {
        let call = side.organizations.describe_account().account_id(&side.accounts[name]);
        if let Some(account) = notes.call(name, call.send()).await.and_then(|answer| answer.account) {
            about(notes, name, &account);
        }
    }
    let call = side.organizations.describe_account().account_id(&side.account);
    if let Some(account) = notes.call("management", call.send()).await.and_then(|answer| answer.account) {
        notes.maybe("management: joined", account.joined_method().map(|word| word.as_str()));
    }
    let (name, id) = side.units.iter().next().unwrap();
    let call = side.organizations.describe_organizational_unit().organizational_unit_id(id);
    if let Some(unit) = notes.call("unit", call.send()).await.and_then(|answer| answer.organizational_unit) {
        notes.fact("unit: same name", unit.name() == name.rsplit('/').next());
        notes.fact("form of its ARN", form(unit.arn().unwrap_or_default()).matches('/').count());
    }
}

pub async fn parents(notes: &mut Notes<'_>) {
    let side = notes.side;
    let of_accounts = side.accounts.iter().map(|(name, id)| (format!("account {name}"), id));
    let of_units = side.units.iter().map(|(name, id)| (format!("unit {name}"), id));
    for (name, id) in of_accounts.chain(of_units) {
        let answer = notes.call(&name, side.organizations.list_parents().child_id(id).send()).await;
        for parent in answer.iter().flat_map(|answer| answer.parents()) {
            let kind = parent.r#type().map_or("?", |kind| kind.as_str());
            notes.fact(&format!("{name}: parent"), format!("{kind} {}", parent.id().unwrap_or_default()));
        }
    }
    let call = side.organizations.list_parents().child_id("000000000001");
    notes.call("of an unknown account", call.send()).await;
}

pub async fn tags(notes: &mut Notes<'_>) {
    let side = notes.side;
    for (name, id) in &side.accounts {
        let call = side.organizations.list_tags_for_resource().resource_id(id);
        if let Some(answer) = notes.call(name, call.send()).await {
            let tags = answer.tags().iter().map(|tag| format!("{}={}", tag.key(), tag.value()));
            notes.set(&format!("{name}: tags"), tags);
        }
    }
    let unit = side.units.values().next().unwrap();
    for (name, id) in [("a unit", unit.as_str()), ("an unknown account", "000000000001"), ("nonsense", "nonsense")] {
        notes.call(name, side.organizations.list_tags_for_resource().resource_id(id).send()).await;
    }
}

pub async fn what_does_not_exist(notes: &mut Notes<'_>) {
    let side = notes.side;
    let unit = format!("ou-{}-00000000", side.root.trim_start_matches("r-"));
    notes.call("account", side.organizations.describe_account().account_id("000000000001").send()).await;
    notes.call("eleven digits", side.organizations.describe_account().account_id("00000000001").send()).await;
    let call = side.organizations.describe_organizational_unit().organizational_unit_id(&unit);
    notes.call("unit", call.send()).await;
    notes.call("accounts of a unit", side.organizations.list_accounts_for_parent().parent_id(&unit).send()).await;
    let call = side.organizations.list_organizational_units_for_parent().parent_id(&unit);
    notes.call("units of a unit", call.send()).await;
    let call = side.organizations.list_children().parent_id(&unit).child_type(ChildType::Account);
    notes.call("children of a unit", call.send()).await;
}
