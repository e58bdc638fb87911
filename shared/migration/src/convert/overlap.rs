//! Where somebody has several entries, TEAM mixed them: the longest duration of any held for all. In Curfew each rule
//! stands alone.

use std::collections::BTreeMap;

use domain::UserId;

use super::rules::Made;
use super::{count, some};
use crate::Directory;
use crate::report::{Difference, Effect};
use crate::team::Subject;

/// The code of the difference in length.
pub const LONGER: &str = "longer_by_another_policy";

/// For each rule what its company changed in TEAM.
pub fn differences(made: &[Made<'_>], directory: &Directory) -> Vec<Vec<Difference>> {
    let mut of: BTreeMap<&UserId, Vec<usize>> = BTreeMap::new();
    for (at, rule) in made.iter().enumerate() {
        match rule.source.subject {
            Subject::User(user) => of.entry(user).or_default().push(at),
            Subject::Group(group) => {
                for user in directory.members.get(group).into_iter().flatten() {
                    of.entry(user).or_default().push(at);
                }
            }
        }
    }
    // How many people have both of two entries.
    let mut together: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (a, b) in of.values().flat_map(|mine| mine.iter().flat_map(move |a| mine.iter().map(move |b| (*a, *b)))) {
        if a != b {
            *together.entry((a, b)).or_default() += 1;
        }
    }
    made.iter().enumerate().map(|(at, rule)| of_one(at, rule, made, &together)).collect()
}

fn of_one(
    at: usize,
    rule: &Made<'_>,
    made: &[Made<'_>],
    together: &BTreeMap<(usize, usize), usize>,
) -> Vec<Difference> {
    let company: Vec<(&Made<'_>, usize)> = together
        .range((at, 0)..=(at, usize::MAX))
        .filter_map(|((_, other), people)| made.get(*other).map(|other| (other, *people)))
        .collect();
    let mut found = Vec::new();
    let mut longer: Vec<&(&Made<'_>, usize)> = company.iter().filter(|(other, _)| other.hours > rule.hours).collect();
    longer.sort_by_key(|(other, _)| std::cmp::Reverse(other.hours));
    if let Some(most) = longer.iter().map(|(other, _)| other.hours).max() {
        let names = longer.iter().map(|(other, people)| {
            format!("{} ({} h, {} in both)", other.source.name, other.hours, count(*people, "user"))
        });
        let words = format!(
            "who also has one of these could ask for up to {most} h here, and gets {} h now: {}",
            rule.hours,
            some(names)
        );
        found.push(Difference::new(Effect::TeamAllowed, LONGER, words));
    }
    let lighter = company.iter().filter(|(other, _)| other.automatic && !rule.automatic && overlap(rule, other));
    let lighter: Vec<String> =
        lighter.map(|(other, people)| format!("{} ({} in both)", other.source.name, count(*people, "user"))).collect();
    if !lighter.is_empty() {
        let words = format!(
            "who also has one of these gets what both allow without approval, as in newer versions of TEAM; older ones asked for it: {}",
            some(lighter)
        );
        found.push(Difference::new(Effect::Changed, "lighter_by_another_policy", words));
    }
    found
}

fn overlap(a: &Made<'_>, b: &Made<'_>) -> bool {
    a.accounts.intersection(&b.accounts).next().is_some()
        && a.permission_sets.intersection(&b.permission_sets).next().is_some()
}
