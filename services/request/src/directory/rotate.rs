//! What costs a call for each piece: a few at a time, those first that were read longest ago. What was read of a few
//! counts although the next call fails, so that a long rotation goes on where it stopped and never starts again.

use std::collections::BTreeMap;

use cloud::{CloudError, Directory};
use domain::{AccountId, GroupId, PermissionSetArn, UserId};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use jiff::SignedDuration;
use store::directory::{self, Part, Replaced, SyncError};
use store::{Db, StoreError, Tx};

use super::{Plan, keeper};

/// Calls that are under way at once, so that their way to AWS and back does not add up. The limits hold all the same.
const AT_ONCE: usize = 4;

/// What to read next.
#[derive(Debug)]
pub(super) enum Pieces {
    /// The members of these groups.
    Members(Vec<GroupId>),
    /// The groups of these users.
    Memberships(Vec<UserId>),
    /// The tags of these accounts.
    Tags(Vec<AccountId>),
    /// What these permission sets allow.
    Contents(Vec<PermissionSetArn>),
}

/// What was read, and why not more.
pub(super) struct Read {
    what: What,
    error: Option<CloudError>,
}

enum What {
    Members(Vec<(GroupId, Vec<UserId>)>),
    Memberships(Vec<(UserId, Vec<GroupId>)>),
    Tags(Vec<(AccountId, Option<BTreeMap<String, String>>)>),
    Contents(Vec<(PermissionSetArn, Option<String>)>),
}

/// The next pieces of a rotation, and how long it may rest after them; none for what is a list.
pub(super) async fn next(tx: &mut Tx, part: Part, plan: &Plan) -> Result<Option<(Pieces, SignedDuration)>, StoreError> {
    if !matches!(part, Part::Members | Part::AccountTags | Part::PermissionSetContents) {
        return Ok(None);
    }
    let stock = directory::stock(tx.connection()).await?;
    let connection = tx.connection();
    Ok(match part {
        Part::Members if stock.by_user() => {
            let batch = plan.batch(part, stock.users, stock.users_unread);
            Some((Pieces::Memberships(directory::next_users(connection, batch.size).await?), batch.rest))
        }
        Part::Members => {
            let batch = plan.batch(part, stock.groups, stock.groups_unread);
            Some((Pieces::Members(directory::next_groups(connection, batch.size).await?), batch.rest))
        }
        Part::AccountTags => {
            let batch = plan.batch(part, stock.accounts, stock.accounts_unread);
            Some((Pieces::Tags(directory::next_accounts(connection, batch.size).await?), batch.rest))
        }
        Part::PermissionSetContents => {
            let batch = plan.batch(part, stock.permission_sets, stock.permission_sets_unread);
            Some((Pieces::Contents(directory::next_permission_sets(connection, batch.size).await?), batch.rest))
        }
        Part::Users | Part::Groups | Part::Organization | Part::PermissionSets => None,
    })
}

/// Reads them, up to the first that cannot be read.
pub(super) async fn read(source: &Directory, pieces: Pieces) -> Read {
    match pieces {
        Pieces::Members(groups) => {
            let one = |id: GroupId| async move { source.members(&id).await.map(|members| (id, members)) }.boxed();
            let (read, error) = all(groups.into_iter().map(one).collect()).await;
            Read { what: What::Members(read), error }
        }
        Pieces::Memberships(users) => {
            let one = |id: UserId| async move { source.memberships(&id).await.map(|groups| (id, groups)) }.boxed();
            let (read, error) = all(users.into_iter().map(one).collect()).await;
            Read { what: What::Memberships(read), error }
        }
        Pieces::Tags(accounts) => {
            let one = |id: AccountId| async move { source.account_tags(&id).await.map(|tags| (id, tags)) }.boxed();
            let (read, error) = all(accounts.into_iter().map(one).collect()).await;
            Read { what: What::Tags(read), error }
        }
        Pieces::Contents(sets) => {
            let one = |arn: PermissionSetArn| {
                async move {
                    let content = source.permission_set_content_unhurried(&arn).await?;
                    Ok((arn, content.map(|content| content.hash())))
                }
                .boxed()
            };
            let (read, error) = all(sets.into_iter().map(one).collect()).await;
            Read { what: What::Contents(read), error }
        }
    }
}

async fn all<T>(reads: Vec<BoxFuture<'_, Result<T, CloudError>>>) -> (Vec<T>, Option<CloudError>) {
    let mut answers = Vec::with_capacity(reads.len());
    let mut reading = stream::iter(reads).buffered(AT_ONCE);
    while let Some(answer) = reading.next().await {
        match answer {
            Ok(answer) => answers.push(answer),
            Err(error) => return (answers, Some(error)),
        }
    }
    (answers, None)
}

/// Takes over what was read, and rests.
pub(super) async fn take_over(
    db: &Db,
    part: Part,
    read: Read,
    rest: SignedDuration,
) -> Result<(Replaced, Option<CloudError>), SyncError> {
    let mut tx = db.begin(keeper()).await?;
    let replaced = match &read.what {
        What::Members(groups) => directory::replace_members(&mut tx, groups).await?,
        What::Memberships(users) => directory::replace_memberships(&mut tx, users).await?,
        What::Tags(accounts) => directory::replace_tags(&mut tx, accounts).await?,
        What::Contents(sets) => directory::replace_contents(&mut tx, sets).await?,
    };
    // After an error there is work left, and the pause after errors is rest enough.
    let rest = if read.error.is_some() { SignedDuration::ZERO } else { rest };
    directory::settle(&mut tx, part, rest).await?;
    tx.commit().await?;
    Ok((replaced, read.error))
}
