//! `/people`: people and groups as the directory knows them, and how old that is; for those who may read everything.

mod group;
mod person;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Query};
use askama::Template;
use client::{DirectoryPart, DirectoryProgress, Find, Group, User};
use serde::Deserialize;

use super::frame::{Frame, page, see};
use super::visit::{SignedIn, Visit, answer};
use super::words;
use crate::parts::{Moment, Notice, Tone};
use crate::texts::Texts;

pub(super) use group::show as group;
pub(super) use person::show as person;

/// People on a page.
const ROWS: u16 = 50;
/// Groups beside them; more are found by typing.
const GROUPS: u16 = 25;

#[derive(Template)]
#[template(path = "directory.html")]
struct PeoplePage {
    frame: Frame,
    t: Texts,
    q: String,
    people: Result<Vec<User>, String>,
    groups: Result<Vec<Group>, String>,
    next: Option<String>,
    notice: Option<Notice>,
    ages: Vec<Age>,
    /// How many parts of all are being read, or wait for it.
    left: Option<String>,
    /// Of the form that has all of it read again, for admins.
    code: Option<String>,
}

/// A part of the directory.
struct Age {
    part: String,
    there: i64,
    read: Option<Moment>,
    failed: Option<(Moment, String)>,
    progress: Option<Progress>,
}

/// How far the reading of a part is.
struct Progress {
    stands: &'static str,
    said: Option<String>,
    /// Read, and of how many.
    bar: Option<(i64, i64)>,
}

/// What the form is about.
const WHAT: &str = "read the directory";

#[derive(Deserialize)]
pub(super) struct Params {
    #[serde(default)]
    q: String,
    cursor: Option<String>,
}

impl Params {
    /// What is looked for, as the API takes it.
    fn find(&self, limit: u16) -> Find {
        Find { text: self.text(), cursor: self.cursor.clone(), limit: Some(limit) }
    }

    fn text(&self) -> String {
        self.q.chars().filter(|c| !c.is_control()).take(200).collect::<String>().trim().to_owned()
    }
}

/// `GET /people`
pub(super) async fn show(visit: Visit, params: Query<Params>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.must_read_all()?;
        let q = params.text();
        let find = params.find(ROWS);
        let groups = Find { text: q.clone(), limit: Some(GROUPS), ..Find::default() };
        let (people, groups, directory) =
            futures_util::future::join3(me.api.users(&find), me.api.groups_found(&groups), me.api.directory()).await;
        let next = people.as_ref().ok().and_then(|page| page.next.clone());
        let (ready, parts) = directory.map_or_else(|_| (true, Vec::new()), |found| (found.ready, found.parts));
        let why = |error| me.why(&error);
        let (t, all) = (me.t(), parts.len());
        let ages: Vec<Age> = parts.into_iter().map(|part| age(&me, part)).collect();
        let left = ages.iter().filter(|age| age.progress.is_some()).count();
        let shown = PeoplePage {
            frame: me.frame(),
            t,
            left: (left > 0).then(|| t.directory_left(left, all)),
            code: if me.admin { Some(me.code(WHAT)?) } else { None },
            next: next.map(|cursor| super::query("/people", &[("q", &q), ("cursor", &cursor)])),
            q,
            people: people.map(|page| page.items).map_err(why),
            groups: groups.map(|page| page.items).map_err(why),
            notice: (!ready).then(|| Notice::new(Tone::Care, t.directory_not_ready())),
            ages,
        };
        Ok(page(StatusCode::OK, &shown))
    })
    .await
}

fn age(me: &SignedIn, part: DirectoryPart) -> Age {
    let (t, look) = (me.t(), me.look());
    Age {
        part: words::directory_part(&part.part, t).to_owned(),
        there: part.there,
        read: part.succeeded_at.map(|at| Moment::new(at, look)),
        failed: part.failed_at.zip(part.error).map(|(at, why)| (Moment::new(at, look), why)),
        progress: part.progress.map(|progress| far(&progress, t)),
    }
}

fn far(progress: &DirectoryProgress, t: Texts) -> Progress {
    let DirectoryProgress { begun, done, of, .. } = *progress;
    let bar = of.filter(|of| begun && *of > 0).map(|of| (done.min(of), of));
    Progress {
        stands: if begun { t.directory_reading() } else { t.directory_waits() },
        said: match of {
            Some(of) if begun => Some(t.directory_so_far(done, of)),
            None if begun && done > 0 => Some(done.to_string()),
            Some(_) | None => None,
        },
        bar,
    }
}

#[derive(Deserialize)]
pub(super) struct Again {
    code: String,
}

/// `POST /people`: has all of it read again.
pub(super) async fn read(visit: Visit, form: Form<Again>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.checked(WHAT, &form.code)?;
        me.api.read_directory(&[]).await.map_err(|error| me.refused(me.t().nothing_changed(), &error))?;
        Ok(see("/people#ages"))
    })
    .await
}
