//! The access that came of a request.

use client::{Grant, Item, Request};

use crate::pages::visit::SignedIn;
use crate::pages::words;
use crate::parts::{Beside, Countdown, Moment, PairPart, Status};
use crate::places::Places;

/// One access with what can be done with it.
pub(super) struct AccessRow {
    pub what: PairPart,
    pub state: Status,
    pub beside: Beside,
    pub left: Option<Countdown>,
    pub until: Option<Moment>,
    pub expected: Option<Moment>,
    pub ended: Option<String>,
    pub end: Option<String>,
    pub extend: Option<String>,
    pub revoke: Option<String>,
    pub console: Option<String>,
    pub profile: Option<String>,
}

pub(super) fn rows(me: &SignedIn, request: &Request, places: &Places, mine: bool, voted: bool) -> Vec<AccessRow> {
    request.grants.iter().map(|grant| row(me, request, grant, places, (mine, voted))).collect()
}

fn row(me: &SignedIn, request: &Request, grant: &Grant, places: &Places, (mine, voted): (bool, bool)) -> AccessRow {
    let (t, look) = (me.t(), me.look());
    let items: Vec<&Item> = request.items.iter().collect();
    let what = words::granted(grant, &items, places, t);
    let active = grant.state == "active";
    let living = matches!(grant.state.as_str(), "scheduled" | "granting" | "active");
    let page = |verb: &str| format!("/grants/{}/{verb}", grant.id);
    let usable = active && mine && grant.vanished_at.is_none();
    AccessRow {
        state: words::standing(grant, t),
        beside: words::beside(grant, look),
        left: grant.deadline_at.filter(|_| active).map(|at| Countdown::new(at, look)),
        until: grant.deadline_at.filter(|_| active).map(|at| Moment::new(at, look)),
        expected: grant.expected_at.map(|at| Moment::new(at, look)),
        ended: grant.reason.as_deref().filter(|_| !living).map(|why| words::end_reason(why, t).to_owned()),
        end: (mine && living).then(|| page("end")),
        extend: (active && mine).then(|| page("extend")),
        revoke: (!mine && living && (me.admin || voted)).then(|| page("revoke")),
        console: usable.then(|| console(me, grant, &what)).flatten(),
        profile: usable.then(|| profile(grant, &what)),
        what,
    }
}

/// Where the AWS access portal opens just this.
fn console(me: &SignedIn, grant: &Grant, what: &PairPart) -> Option<String> {
    let base = me.site().aws_access_portal.as_ref()?;
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("account_id", &grant.account)
        .append_pair("role_name", &what.set)
        .finish();
    Some(format!("{}/#/console?{query}", base.as_str().trim_end_matches('/')))
}

/// A profile for `~/.aws/config`, for `aws sso login` and everything after it.
fn profile(grant: &Grant, what: &PairPart) -> String {
    let name: String = format!("{}-{}", what.account, what.set)
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' })
        .collect();
    let set: String = what.set.chars().filter(|c| !c.is_control()).collect();
    format!("[profile {name}]\nsso_account_id = {}\nsso_role_name = {set}\n", grant.account)
}
