use request::work::{Snapshot, take_over};
use store::directory::{self, SyncError};
use testkit::company::{self, group, user};

#[tokio::test]
async fn the_last_good_copy_stays_when_what_was_read_cannot_be_true() {
    let db = testkit::database().await;
    let (units, accounts) = company::organization();
    for snapshot in [
        Snapshot::Users(company::users()),
        Snapshot::Groups(company::groups()),
        Snapshot::Organization(units, accounts),
        Snapshot::PermissionSets(company::permission_sets()),
    ] {
        take_over(&db, snapshot).await.unwrap();
    }
    let nothing = take_over(&db, Snapshot::Groups(vec![])).await;
    assert!(matches!(nothing, Err(SyncError::Implausible { .. })));
    let mut tx = db.tx(&user("ann")).await;
    assert!(directory::is_ready(tx.connection()).await.unwrap());
    assert_eq!(directory::members(tx.connection(), &[group("leads")]).await.unwrap().len(), 2);
}
