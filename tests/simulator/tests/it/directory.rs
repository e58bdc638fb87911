use std::collections::BTreeSet;

use aws_sdk_identitystore::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_identitystore::error::ProvideErrorMetadata as _;
use aws_sdk_identitystore::types::{
    AlternateIdentifier, AttributeOperation, MemberId, Name, UniqueAttribute, UserStatus,
};
use aws_sdk_organizations::types::ChildType;
use serde_json::json;
use simulator::{ACCESS_KEY_ID, Config, IDENTITY_STORE_ID, INSTANCE_ARN, SECRET_ACCESS_KEY};

use crate::lab::Lab;

fn store(lab: &Lab) -> aws_sdk_identitystore::Client {
    let config = aws_sdk_identitystore::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .endpoint_url(&lab.simulator.http)
        .credentials_provider(Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None, None, "test"))
        .build();
    aws_sdk_identitystore::Client::from_conf(config)
}

fn organizations(lab: &Lab) -> aws_sdk_organizations::Client {
    let config = aws_sdk_organizations::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(&lab.simulator.http)
        .credentials_provider(Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None, None, "test"))
        .build();
    aws_sdk_organizations::Client::from_conf(config)
}

fn by(path: &str, value: &str) -> AlternateIdentifier {
    let attribute = UniqueAttribute::builder().attribute_path(path).attribute_value(value.into()).build().unwrap();
    AlternateIdentifier::UniqueAttribute(attribute)
}

#[tokio::test]
async fn users_are_listed_in_pages_and_found_by_name_and_by_address_in_any_case() {
    let lab = Lab::instant().await;
    let store = store(&lab);
    let pages = store.list_users().identity_store_id(IDENTITY_STORE_ID).max_results(7).into_paginator().send();
    let pages = pages.collect::<Result<Vec<_>, _>>().await.unwrap();
    let ids: BTreeSet<_> = pages.iter().flat_map(|page| page.users()).map(|user| user.user_id()).collect();
    assert_eq!((pages.len(), ids.len()), (12, 80));
    for identifier in [by("userName", "ann"), by("emails.value", "Ann@HarbourFreight.example")] {
        let found = store
            .get_user_id()
            .identity_store_id(IDENTITY_STORE_ID)
            .alternate_identifier(identifier)
            .send()
            .await
            .unwrap();
        let user =
            store.describe_user().identity_store_id(IDENTITY_STORE_ID).user_id(found.user_id()).send().await.unwrap();
        assert_eq!((user.user_name(), user.user_status()), (Some("ann"), Some(&UserStatus::Enabled)));
        assert!(user.user_id().starts_with("906768ae6b-"));
    }
    let none = store
        .get_user_id()
        .identity_store_id(IDENTITY_STORE_ID)
        .alternate_identifier(by("userName", "nobody"))
        .send()
        .await;
    assert_eq!(none.unwrap_err().code(), Some("ResourceNotFoundException"));
}

#[tokio::test]
async fn memberships_are_seen_from_both_sides_and_can_be_changed() {
    let lab = Lab::instant().await;
    let store = store(&lab);
    let user = lab.wanted("ann", "sandbox-data", "LogReader").user;
    let member = MemberId::UserId(user.clone());
    let group = |name: &'static str| {
        let store = store.clone();
        async move {
            let call =
                store.get_group_id().identity_store_id(IDENTITY_STORE_ID).alternate_identifier(by("displayName", name));
            call.send().await.unwrap().group_id().to_owned()
        }
    };
    let (engineers, approvers) = (group("engineers").await, group("prod-approvers").await);
    let call = store.is_member_in_groups().identity_store_id(IDENTITY_STORE_ID).member_id(member.clone());
    let answer = call.group_ids(&engineers).group_ids(&approvers).send().await.unwrap();
    assert_eq!(answer.results().iter().map(|result| result.membership_exists()).collect::<Vec<_>>(), [true, false]);
    let call = store
        .create_group_membership()
        .identity_store_id(IDENTITY_STORE_ID)
        .group_id(&approvers)
        .member_id(member.clone());
    let membership = call.clone().send().await.unwrap().membership_id().to_owned();
    assert_eq!(call.send().await.unwrap_err().code(), Some("ConflictException"));
    let members =
        store.list_group_memberships().identity_store_id(IDENTITY_STORE_ID).group_id(&approvers).send().await.unwrap();
    assert_eq!(members.group_memberships().len(), 3);
    store
        .delete_group_membership()
        .identity_store_id(IDENTITY_STORE_ID)
        .membership_id(membership)
        .send()
        .await
        .unwrap();
    let groups = store
        .list_group_memberships_for_member()
        .identity_store_id(IDENTITY_STORE_ID)
        .member_id(member)
        .send()
        .await
        .unwrap();
    assert_eq!(groups.group_memberships().len(), 2);
}

#[tokio::test]
async fn a_user_is_created_changed_disabled_and_deleted() {
    let lab = Lab::instant().await;
    let store = store(&lab);
    let name = Name::builder().given_name("Nia").family_name("New").build();
    let call =
        store.create_user().identity_store_id(IDENTITY_STORE_ID).user_name("nia").display_name("Nia New").name(name);
    let id = call.clone().send().await.unwrap().user_id().to_owned();
    assert_eq!(call.send().await.unwrap_err().code(), Some("ConflictException"));
    let change = |path: &str, value: &str| {
        AttributeOperation::builder().attribute_path(path).attribute_value(value.into()).build().unwrap()
    };
    let call = store.update_user().identity_store_id(IDENTITY_STORE_ID).user_id(&id);
    call.operations(change("displayName", "Nia Old"))
        .operations(change("userStatus", "DISABLED"))
        .send()
        .await
        .unwrap();
    let user = store.describe_user().identity_store_id(IDENTITY_STORE_ID).user_id(&id).send().await.unwrap();
    assert_eq!((user.display_name(), user.user_status()), (Some("Nia Old"), Some(&UserStatus::Disabled)));
    store.delete_user().identity_store_id(IDENTITY_STORE_ID).user_id(&id).send().await.unwrap();
    let gone = store.describe_user().identity_store_id(IDENTITY_STORE_ID).user_id(&id).send().await;
    assert_eq!(gone.unwrap_err().code(), Some("ResourceNotFoundException"));
}

#[tokio::test]
async fn a_users_assignments_include_those_by_group() {
    let lab = Lab::instant().await;
    let user = lab.wanted("ann", "sandbox-data", "LogReader").user;
    let call = lab.sso.list_account_assignments_for_principal().instance_arn(INSTANCE_ARN).principal_id(user);
    let call = call.principal_type(aws_sdk_ssoadmin::types::PrincipalType::User).max_results(2);
    let pages = call.into_paginator().send().collect::<Result<Vec<_>, _>>().await.unwrap();
    let kinds: Vec<_> =
        pages.iter().flat_map(|page| page.account_assignments()).filter_map(|row| row.principal_type()).collect();
    assert_eq!(kinds.iter().filter(|kind| kind.as_str() == "USER").count(), 1);
    assert_eq!(kinds.iter().filter(|kind| kind.as_str() == "GROUP").count(), 4);
}

#[tokio::test]
async fn the_tree_of_units_holds_every_account_once_and_pages_may_be_empty() {
    let lab = Lab::start(Config::aws()).await;
    lab.set(json!({"organizations_per_second": 10_000.0})).await;
    let client = organizations(&lab);
    let first = client.list_accounts().send().await.unwrap();
    assert!(first.accounts().is_empty() && first.next_token().is_some(), "an empty page may have a next token");
    let mut parents = vec![client.list_roots().send().await.unwrap().roots()[0].id().unwrap().to_owned()];
    let mut accounts = BTreeSet::new();
    while let Some(parent) = parents.pop() {
        let pages = client.list_accounts_for_parent().parent_id(&parent).max_results(3).into_paginator().send();
        let pages = pages.collect::<Result<Vec<_>, _>>().await.unwrap();
        for account in pages.iter().flat_map(|page| page.accounts()) {
            assert!(accounts.insert(account.id().unwrap().to_owned()), "an account is in one place");
        }
        let units =
            client.list_children().parent_id(&parent).child_type(ChildType::OrganizationalUnit).into_paginator().send();
        let units = units.collect::<Result<Vec<_>, _>>().await.unwrap();
        let below = units.iter().flat_map(|page| page.children());
        parents.extend(below.filter_map(|unit| unit.id().map(str::to_owned)));
    }
    assert_eq!(accounts.len(), 60);
    let account = lab.wanted("ann", "freight-booking-production", "LogReader").account;
    let tags = client.list_tags_for_resource().resource_id(account).send().await.unwrap();
    let tags: Vec<_> = tags.tags().iter().map(|tag| (tag.key(), tag.value())).collect();
    assert_eq!(tags, [("cost-center", "4100"), ("environment", "production"), ("team", "freight")]);
}

#[tokio::test]
async fn permission_sets_are_described_provisioned_and_deleted_only_when_unused() {
    let lab = Lab::instant().await;
    let list = lab.sso.list_permission_sets().instance_arn(INSTANCE_ARN).max_results(5).into_paginator().send();
    let arns: Vec<_> = list
        .collect::<Result<Vec<_>, _>>()
        .await
        .unwrap()
        .into_iter()
        .flat_map(|page| page.permission_sets.unwrap())
        .collect();
    assert_eq!(arns.len(), 14);
    let wanted = lab.any();
    let describe = lab
        .sso
        .describe_permission_set()
        .instance_arn(INSTANCE_ARN)
        .permission_set_arn(&wanted.set)
        .send()
        .await
        .unwrap();
    assert_eq!(describe.permission_set().unwrap().session_duration(), Some("PT2H"));
    lab.create(&wanted).await.unwrap();
    let provisioned = lab
        .sso
        .list_permission_sets_provisioned_to_account()
        .instance_arn(INSTANCE_ARN)
        .account_id(&wanted.account)
        .send()
        .await;
    assert!(provisioned.unwrap().permission_sets().contains(&wanted.set));
    let delete = lab.sso.delete_permission_set().instance_arn(INSTANCE_ARN).permission_set_arn(&wanted.set);
    assert_eq!(delete.clone().send().await.unwrap_err().code(), Some("ConflictException"));
    lab.delete(&wanted).await.unwrap();
    delete.send().await.unwrap();
}
