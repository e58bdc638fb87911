//! Files of any of TEAM's tables, in any order: what says something about now is kept, past requests pass through.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use crate::dynamo::{Item, stream};
use crate::team::{Approvers, Eligibility, Policy, Settings, Table};
use crate::{Place, Problem, Status, TeamRequest, document_id};

/// What of an export has a meaning for now.
#[derive(Debug, Clone, Default)]
pub struct Export {
    pub(crate) eligibility: BTreeMap<String, (Place, Eligibility)>,
    pub(crate) policies: BTreeMap<String, (Place, Policy)>,
    pub(crate) approvers: BTreeMap<String, (Place, Approvers)>,
    pub(crate) settings: Option<(Place, Settings)>,
    /// Requests that may need something to be done, in the order of TEAM's ids.
    pub(crate) open: BTreeMap<String, TeamRequest>,
    /// When TEAM last took a tuple away, by user name, account and permission set.
    pub(crate) cleared: HashMap<(String, String, String), Timestamp>,
    /// How many requests stand where.
    pub(crate) counts: BTreeMap<Status, u64>,
    /// Attributes that nobody here knows, by table.
    pub(crate) unknown: BTreeSet<(&'static str, String)>,
    /// Files that say that more pages follow.
    pub(crate) more: Vec<Arc<str>>,
    /// Which tables were seen.
    pub(crate) tables: BTreeSet<Table>,
}

/// Reads files one after the other and collects what is wrong with them.
#[derive(Debug, Default)]
pub struct Reader {
    export: Export,
    problems: Vec<Problem>,
    seen: HashMap<Uuid, (Status, Place)>,
    suppressed: usize,
}

/// So many problems are told; the rest is counted.
const PROBLEMS_MOST: usize = 100;

impl Reader {
    /// Nothing read yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a file. Each request in it is handed to `each` as it passes, once.
    pub fn file(&mut self, name: &str, input: impl io::Read, each: &mut dyn FnMut(&TeamRequest)) {
        let file: Arc<str> = name.into();
        let read = stream(&file, input, &mut |place, item| self.item(&place, &item, each));
        match read {
            Ok(read) if read.more => self.export.more.push(file),
            Ok(_) => {}
            Err(problem) => self.wrong(problem),
        }
    }

    /// What was read.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the files.
    pub fn finish(mut self) -> Result<Export, Vec<Problem>> {
        if self.suppressed > 0
            && let Some(last) = self.problems.last_mut()
        {
            last.why.push_str(&format!(" (and {} more problems)", self.suppressed));
        }
        if self.problems.is_empty() { Ok(self.export) } else { Err(self.problems) }
    }

    fn wrong(&mut self, problem: Problem) {
        if self.problems.len() < PROBLEMS_MOST {
            self.problems.push(problem);
        } else {
            self.suppressed += 1;
        }
    }

    fn item(&mut self, place: &Place, item: &Item, each: &mut dyn FnMut(&TeamRequest)) {
        let Some(table) = Table::of(item) else {
            let names: Vec<&String> = item.keys().take(6).collect();
            let why = format!(
                "an item with the attributes {names:?} is of none of TEAM's tables Eligibility, Policies, Approvers, Settings and requests"
            );
            return self.wrong(Problem { place: place.clone(), item: None, attribute: None, why });
        };
        self.export.tables.insert(table);
        if !table.known().is_empty() {
            let known =
                |name: &&String| table.known().contains(&name.as_str()) || Table::amplify().contains(&name.as_str());
            let unknown = item.keys().filter(|name| !known(name)).map(|name| (table.name(), name.clone()));
            self.export.unknown.extend(unknown);
        }
        let taken = match table {
            Table::Eligibility => Eligibility::parse(item, place)
                .and_then(|row| once(&mut self.export.eligibility, &row.id.clone(), place, row)),
            Table::Policies => {
                Policy::parse(item, place).and_then(|row| once(&mut self.export.policies, &row.id.clone(), place, row))
            }
            Table::Approvers => Approvers::parse(item, place)
                .and_then(|row| once(&mut self.export.approvers, &row.id.clone(), place, row)),
            Table::Settings => Settings::parse(item, place).and_then(|row| self.settings(row, place)),
            Table::Requests => TeamRequest::parse(item, place).and_then(|row| self.request(row, each)),
            Table::Sessions => Ok(()),
        };
        if let Err(problem) = taken {
            self.wrong(problem);
        }
    }

    fn settings(&mut self, row: Settings, place: &Place) -> Result<(), Problem> {
        match &self.export.settings {
            Some((at, before)) if *before != row => Err(twice(place, "Settings", at)),
            _ => {
                self.export.settings = Some((place.clone(), row));
                Ok(())
            }
        }
    }

    fn request(&mut self, row: TeamRequest, each: &mut dyn FnMut(&TeamRequest)) -> Result<(), Problem> {
        match self.seen.get(&document_id("request", &row.id)) {
            Some((status, at)) if *status != row.status => {
                return Err(twice(&row.place, &format!("requests {:?}", row.id), at));
            }
            Some(_) => return Ok(()),
            None => {}
        }
        self.seen.insert(document_id("request", &row.id), (row.status.clone(), row.place.clone()));
        *self.export.counts.entry(row.status.clone()).or_default() += 1;
        each(&row);
        match row.status {
            Status::Ended | Status::Revoked if row.end.is_some() => {
                if let (Some(tuple), Some(end)) = (tuple_key(&row), row.end) {
                    let last = self.export.cleared.entry(tuple).or_insert(end);
                    *last = end.max(*last);
                }
            }
            Status::Rejected | Status::Cancelled | Status::Expired | Status::Ended => {}
            _ => {
                self.export.open.insert(row.id.clone(), row);
            }
        }
        Ok(())
    }
}

/// Whose access to what a row is about.
pub(crate) fn tuple_key(row: &TeamRequest) -> Option<(String, String, String)> {
    Some((row.user_name.as_ref()?.to_lowercase(), row.account.clone()?, row.permission_set.clone()?))
}

/// Pages may overlap, so the same row may come again; but it has to be the same.
fn once<T: PartialEq>(rows: &mut BTreeMap<String, (Place, T)>, id: &str, place: &Place, row: T) -> Result<(), Problem> {
    match rows.get(id) {
        Some((at, before)) if *before != row => Err(twice(place, &format!("item {id:?}"), at)),
        Some(_) => Ok(()),
        None => {
            rows.insert(id.to_owned(), (place.clone(), row));
            Ok(())
        }
    }
}

fn twice(place: &Place, what: &str, before: &Place) -> Problem {
    let why = format!("{what} stands in the export twice and differs ({before}); export the table again, as a whole");
    Problem { place: place.clone(), item: Some(what.to_owned()), attribute: None, why }
}
