//! STS: who am I, and temporary credentials.

use crate::notes::Notes;

pub async fn who_am_i(notes: &mut Notes<'_>) {
    let side = notes.side;
    if let Some(me) = notes.call("ask", side.sts.get_caller_identity().send()).await {
        notes.maybe("account", me.account());
        let service = me.arn().and_then(|arn| arn.split(':').nth(2)).map(str::to_owned);
        notes.maybe("service in the ARN", service);
        notes.fact("a user id is there", me.user_id().is_some_and(|id| !id.is_empty()));
    }
}

pub async fn a_role(notes: &mut Notes<'_>) {
    let side = notes.side;
    let role = format!("arn:aws:iam::{}:role/curfew-grant", side.account);
    let call = side.sts.assume_role().role_arn(role).role_session_name("conformance");
    let Some(answer) = notes.call("assume", call.duration_seconds(900).send()).await else { return };
    let user = answer.assumed_role_user().unwrap();
    notes.fact("ARN", user.arn());
    let (id, session) = user.assumed_role_id().split_once(':').unwrap();
    notes.fact("session in the role's id", session);
    notes.fact("the role's id begins", &id[..4]);
    notes.fact("length of the role's id", id.len());
    let keys = answer.credentials().unwrap();
    notes.fact("the key begins", &keys.access_key_id()[..4]);
    notes.fact("length of the key", keys.access_key_id().len());
    notes.fact("length of the secret", keys.secret_access_key().len());
    notes.fact("a token is there", keys.session_token().len() > 100);
    let left = keys.expiration().secs() - i64::try_from(now()).unwrap();
    notes.fact("they last 15 minutes", (880..=900).contains(&left));
    let other = side.sts_as(keys.access_key_id(), keys.secret_access_key(), keys.session_token());
    if let Some(me) = notes.call("ask as the role", other.get_caller_identity().send()).await {
        notes.maybe("the role's account", me.account());
        notes.maybe("the role's ARN", me.arn());
        notes.fact("same id", me.user_id() == Some(user.assumed_role_id()));
    }
}

pub async fn refused(notes: &mut Notes<'_>) {
    let side = notes.side;
    let role = format!("arn:aws:iam::{}:role/curfew-grant", side.account);
    let other = format!("arn:aws:iam::{}:role/nobodys", side.account);
    let assume = || side.sts.assume_role().role_session_name("conformance");
    notes.call("a role that is not there", assume().role_arn(other).send()).await;
    notes.call("13 hours", assume().role_arn(&role).duration_seconds(46_800).send()).await;
    notes.call("a minute", assume().role_arn(&role).duration_seconds(60).send()).await;
    notes.call("a session of one letter", assume().role_arn(&role).role_session_name("c").send()).await;
    notes.call("a session with a space", assume().role_arn(&role).role_session_name("two words").send()).await;
    notes.call("no ARN", assume().role_arn("curfew-grant").send()).await;
}

fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}
