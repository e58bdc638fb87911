//! `GET /v1/requests/{id}`

use actix_web::{get, web::Data};
use domain::approval::Need;
use domain::{GroupId, RequestId, UserId};
use judge::About;
use store::requests::{self, Request};
use store::reviews::{self, Looker};
use store::{PgConnection, StoreError, approvals, delegations, directory};
use web::{Caller, Json, Path, Problem};

use crate::http::view::{RequestDetail, detail};
use crate::http::{Api, problems};

/// One request with its decision, its access and its trace.
#[utoipa::path(tag = "requests", params(("id" = RequestId, Path, description = "The request.")),
    responses((status = 200, description = "The request.", body = RequestDetail)))]
#[get("/v1/requests/{id}")]
pub async fn show_request(api: Data<Api>, caller: Caller, id: Path<RequestId>) -> Result<Json<RequestDetail>, Problem> {
    let id = id.into_inner();
    let found = {
        // No transaction: whoever keeps a schedule may have to be asked.
        let mut connection = api.db.read().await.map_err(problems::store)?;
        match requests::get(&mut connection, id).await.map_err(problems::store)? {
            Some(request) if may_see(&api, &mut connection, &caller, &request).await? => Some(request),
            Some(_) | None => None,
        }
    };
    let request = found.ok_or_else(|| Problem::not_found("request"))?;
    let mut tx = api.begin(caller.actor()).await?;
    Ok(Json(detail(&mut tx, request).await.map_err(problems::store)?))
}

/// Those whom it is about, those who decide, decided or review it, and those who may read everything.
pub async fn may_see(
    api: &Api,
    connection: &mut PgConnection,
    caller: &Caller,
    request: &Request,
) -> Result<bool, Problem> {
    let Caller::User { person, personas } = caller else {
        return Ok(caller.require_scope("requests:read").is_ok());
    };
    if personas.admin || personas.auditor || person.id == request.requester || person.id == request.beneficiary {
        return Ok(true);
    }
    let groups: Vec<GroupId> = person.groups.iter().map(|(id, _)| id.clone()).collect();
    // Reading is not taking: delegations are not asked.
    let looker = Looker { user: person.id.clone(), one_with: Vec::new(), groups: groups.clone(), privileged: false };
    let owed = reviews::of_requests(connection, &[request.id.uuid()]).await.map_err(problems::store)?;
    if owed.iter().any(|review| review.is_for(&looker)) {
        return Ok(true);
    }
    decides(api, connection, request, &person.id, &groups).await.map_err(problems::store)
}

/// Whether somebody may vote in any stage, now or later, has voted, or stands in for who may.
async fn decides(
    api: &Api,
    connection: &mut PgConnection,
    request: &Request,
    user: &UserId,
    my_groups: &[GroupId],
) -> Result<bool, StoreError> {
    let found = approvals::of_request(connection, request.id).await?;
    let ids: Vec<_> = found.iter().map(|approval| approval.id.uuid()).collect();
    let votes = approvals::votes_of(connection, &ids).await?;
    if votes.iter().any(|(_, v)| v.vote.voter == *user || v.vote.stands_for.as_ref() == Some(user)) {
        return Ok(true);
    }
    let now = api.db.clock().now();
    let mut people = vec![(user.clone(), my_groups.to_vec())];
    for person in delegations::stood_in_for(connection, user, now).await? {
        let groups = directory::groups_of(connection, &person).await?;
        people.push((person, groups));
    }
    let items = requests::items(connection, request.id).await?;
    let book = api.judge.books.current(connection).await?;
    for approval in &found {
        let about = About {
            requester: request.requester.clone(),
            beneficiary: request.beneficiary.clone(),
            accounts: items
                .iter()
                .filter(|item| approval.ordinals.contains(&item.ordinal))
                .map(|item| item.pair.account.clone())
                .collect(),
        };
        let roll = api.judge.roll(connection, &book, &about, &approval.needs, now).await?;
        let admitted = people.iter().filter(|(person, _)| !roll.bars(person)).any(|(person, groups)| {
            let voter = roll.voter(person, groups);
            let mine = |need: &&Need| person == user || need.policy.delegates.name(user, my_groups);
            approval.needs.iter().filter(mine).any(|need| {
                let facts = voter.facts(need.policy.owners);
                need.policy.stages.iter().any(|stage| stage.admits(&facts, i64::MAX))
            })
        });
        if admitted {
            return Ok(true);
        }
    }
    Ok(false)
}
