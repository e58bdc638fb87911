//! What somebody asked for before, and what they keep as templates: a click fills all but the words.

use client::{Item, Page, Pair, Request, RequestFilter, Template, Wanted};

use super::draft::{Draft, written};
use crate::pages::visit::SignedIn;
use crate::pages::words;
use crate::parts::{PairPart, duration};
use crate::places::Places;

/// So many of each are shown.
const SHOWN: usize = 6;

/// A link that fills the form.
pub(super) struct Shortcut {
    pub place: String,
    pub name: Option<String>,
    pub what: PairPart,
    pub more: usize,
    pub duration: String,
    /// Who would have it, where that is somebody else.
    pub who: Option<String>,
    /// Where it is forgotten, of a template.
    pub delete: Option<String>,
}

/// The draft, with what a request or a template says where it names one.
pub(super) async fn filled(me: &SignedIn, mut draft: Draft) -> Draft {
    if let Some(id) = draft.like.filter(|_| draft.pairs.is_empty())
        && let Ok(request) = me.api.request(id).await
    {
        fill(&mut draft, &wanted(&request, &me.id));
    }
    if let Some(id) = draft.template.filter(|_| draft.pairs.is_empty())
        && let Ok(templates) = me.api.templates().await
        && let Some(template) = templates.items.iter().find(|template| template.id == id)
    {
        fill(&mut draft, &template.wanted);
    }
    draft
}

fn fill(draft: &mut Draft, wanted: &Wanted) {
    draft.pairs.clone_from(&wanted.pairs);
    if draft.duration().is_none() {
        draft.chip = wanted.minutes.to_string();
    }
    if draft.beneficiary.is_empty()
        && let Some(beneficiary) = &wanted.beneficiary
    {
        draft.beneficiary.clone_from(beneficiary);
    }
    if let Some(severity) = &wanted.severity {
        draft.severity.clone_from(severity);
    }
}

/// What somebody asked for. What others asked for on their behalf they would ask for themselves.
fn wanted(request: &Request, me: &str) -> Wanted {
    let pair = |item: &Item| Pair { account: item.account.clone(), permission_set: item.permission_set.clone() };
    Wanted {
        pairs: request.items.iter().map(pair).collect(),
        minutes: request.asked.as_ref().map_or(request.minutes, |asked| asked.minutes),
        severity: Some(request.severity.clone()).filter(|severity| !severity.is_empty()),
        beneficiary: Some(request.beneficiary.id.clone()).filter(|id| request.requester.id == me && id != me),
    }
}

/// The templates, and what was asked for last; what is away is left out.
pub(super) async fn shortcuts(me: &SignedIn, places: &Places) -> (Vec<Shortcut>, Vec<Shortcut>) {
    let mine = RequestFilter { role: Some("mine".to_owned()), limit: Some(25), ..RequestFilter::default() };
    let (templates, requests) = futures_util::future::join(me.api.templates(), me.api.requests(&mine)).await;
    let requests = requests.map(|page: Page<Request>| page.items).unwrap_or_default();
    let items: Vec<&Item> = requests.iter().flat_map(|request| &request.items).collect();
    let t = me.t();
    let kept = templates.map(|page: Page<Template>| page.items).unwrap_or_default();
    let others = kept.iter().filter_map(|template| template.wanted.beneficiary.clone());
    let others = others.chain(requests.iter().filter_map(|request| wanted(request, &me.id).beneficiary));
    let names = me.site().people.names(&me.api, others.collect::<Vec<_>>()).await;
    let shortcut = |place: String, name: Option<String>, wanted: &Wanted| {
        let first = wanted.pairs.first()?;
        let known =
            items.iter().find(|item| item.account == first.account && item.permission_set == first.permission_set);
        let what = match known {
            Some(item) => words::pair(item, places, t),
            None => words::part((&first.account, ""), (&first.permission_set, ""), places, t),
        };
        let more = wanted.pairs.len() - 1;
        let who = wanted.beneficiary.as_ref().map(|id| t.for_person(names.get(id).unwrap_or(id)));
        Some(Shortcut { place, name, what, more, duration: duration(wanted.minutes, t), who, delete: None })
    };
    let kept = kept.iter().take(SHOWN).filter_map(|template| {
        let made = shortcut(format!("/ask?template={}", template.id), Some(template.name.clone()), &template.wanted)?;
        Some(Shortcut { delete: Some(format!("/templates/{}/delete", template.id)), ..made })
    });
    let mut seen = Vec::new();
    let recent = requests.iter().filter(|request| request.extends.is_none()).filter_map(|request| {
        let wanted = wanted(request, &me.id);
        let mut key: Vec<String> = wanted.pairs.iter().map(written).collect();
        key.extend(wanted.beneficiary.clone());
        if seen.contains(&key) {
            return None;
        }
        seen.push(key);
        shortcut(format!("/ask?like={}", request.id), None, &wanted)
    });
    let recent: Vec<Shortcut> = recent.take(SHOWN).collect();
    (kept.collect(), recent)
}
