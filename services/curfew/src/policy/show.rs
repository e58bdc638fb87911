//! Plans for people to read.

use std::fmt::Write;

use client::Planned;
use policy::{Plan, Problem, Replay};
use serde_json::Value;

/// How many past requests are listed; all of them are in the JSON.
const LISTED_MOST: usize = 20;

/// Problems, a line each.
pub fn problems(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("{}\n", plain(&problem.to_string()))).collect()
}

/// What would change and what that means.
pub fn planned(planned: &Planned) -> String {
    let mut text = problems(&planned.problems);
    let Some(plan) = &planned.plan else { return text };
    text.push_str(&changes(plan));
    if plan.is_empty() {
        text.push_str("Nothing would change.\n");
        return text;
    }
    if let Some(weighed) = &planned.weighed {
        text.push_str(&meaning(weighed));
    }
    if let Some(replay) = &planned.replay {
        text.push_str(&replayed(replay));
    }
    if planned.second_person {
        text.push_str("A second admin has to agree before it is in force.\n");
    }
    text
}

fn changes(plan: &Plan) -> String {
    let mut text = String::new();
    let entry = |sign: &str, entry: &policy::Entry| {
        format!("{sign} {} {:?}\n", entry.kind.as_str().replace('_', " "), entry.name)
    };
    for created in &plan.creates {
        text.push_str(&entry("+", created));
    }
    for update in &plan.updates {
        text.push_str(&entry("~", &update.entry));
        for difference in &update.differences {
            let _ = writeln!(text, "    {}", plain(&difference.to_string()));
        }
    }
    for deleted in &plan.deletes {
        text.push_str(&entry("-", deleted));
    }
    let (made, changed, gone) = (plan.creates.len(), plan.updates.len(), plan.deletes.len());
    let _ = writeln!(text, "{made} to make, {changed} to change, {gone} to delete, {} unchanged.", plan.unchanged);
    if !plan.left_alone.is_empty() {
        let kinds: Vec<&str> = plan.left_alone.iter().map(|kind| kind.as_str()).collect();
        let _ = writeln!(text, "Left alone, since no file has a list of them: {}.", kinds.join(", ").replace('_', " "));
    }
    text
}

/// What it makes easier to get, and whose access it would not allow any more.
fn meaning(weighed: &Value) -> String {
    let mut text = String::new();
    let impact = weighed.get("impact").unwrap_or(&Value::Null);
    let total = impact.get("total").and_then(Value::as_u64).unwrap_or(0);
    if impact.get("loosens").and_then(Value::as_bool).unwrap_or(false) {
        let _ = writeln!(
            text,
            "It makes access easier to get ({total} combinations of people, accounts and permission sets)."
        );
    }
    for lightened in impact.get("lightened").and_then(Value::as_array).into_iter().flatten().take(LISTED_MOST) {
        let said = |key: &str| lightened.get(key).map_or_else(String::new, words);
        let accounts = lightened.get("accounts").and_then(Value::as_array).map_or(0, Vec::len);
        let _ = writeln!(
            text,
            "    {} in {accounts} account(s): {} becomes {}",
            said("subject"),
            said("before"),
            said("after")
        );
    }
    let affected = weighed.get("affected").and_then(Value::as_array).map_or(0, Vec::len);
    if affected > 0 {
        let _ =
            writeln!(text, "{affected} living access(es) would not be allowed any more; they are not ended by this.");
    }
    text
}

fn words(value: &Value) -> String {
    plain(&value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

fn replayed(replay: &Replay) -> String {
    let mut text = String::new();
    if replay.total() == 0 {
        let _ = writeln!(text, "Of {} past requests none would have been decided otherwise.", replay.checked);
        return text;
    }
    let counts = [
        (replay.refused, "refused"),
        (replay.allowed, "allowed"),
        (replay.lighter, "with fewer people"),
        (replay.heavier, "with more people"),
        (replay.otherwise, "by other people or otherwise"),
        (replay.later, "at another time"),
    ];
    let counts: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, how)| format!("{count} {how}")).collect();
    let (total, checked) = (replay.total(), replay.checked);
    let _ =
        writeln!(text, "Of {checked} past requests {total} would have been decided otherwise: {}.", counts.join(", "));
    for differs in replay.differing.iter().take(LISTED_MOST) {
        let _ = writeln!(
            text,
            "    {} {} {}: {}, would be {}; {}",
            differs.submitted_at,
            differs.beneficiary,
            differs.pair.account,
            differs.was.way,
            differs.would_be.way,
            plain(&differs.because)
        );
    }
    if total > LISTED_MOST {
        let _ = writeln!(text, "    and {} more", total - LISTED_MOST);
    }
    text
}

/// Without what a terminal would obey: names are other people's.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || ('\u{202a}'..='\u{2069}').contains(&c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_write_to_the_terminal() {
        let problem = Problem::about_all("a \u{1b}[2Jname\nand more".to_owned());
        assert_eq!(problems(&[problem]), "a  [2Jname and more\n");
    }

    #[test]
    fn an_empty_plan_says_so() {
        let plan = Plan {
            revision: 1,
            wanted: String::new(),
            creates: vec![],
            updates: vec![],
            deletes: vec![],
            unchanged: 3,
            left_alone: vec![domain::rules::Kind::ApprovalPolicy],
            notes: vec![],
        };
        let planned_files =
            Planned { problems: vec![], plan: Some(plan), weighed: None, second_person: false, replay: None };
        let told = planned(&planned_files);
        assert!(told.ends_with("Nothing would change.\n") && told.contains("approval policy"), "{told}");
    }
}
