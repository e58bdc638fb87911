//! The cases. Each plays calls against one side and writes down what it sees; both sides are in the same state when it begins.

mod assignment_lists;
mod assignments;
mod groups;
mod instances;
mod memberships;
mod organization;
mod permission_sets;
mod provisioning;
mod tokens;
mod users;

use futures_util::future::LocalBoxFuture;

use crate::notes::Notes;

pub struct Case {
    pub name: &'static str,
    pub play: for<'n, 's> fn(&'n mut Notes<'s>) -> LocalBoxFuture<'n, ()>,
}

macro_rules! cases {
    ($($room:ident::$name:ident),* $(,)?) => {
        &[$(Case {
            name: concat!(stringify!($room), "::", stringify!($name)),
            play: |notes| Box::pin($room::$name(notes)),
        }),*]
    };
}

pub const CASES: &[Case] = cases![
    instances::the_instance,
    permission_sets::created_with_everything,
    permission_sets::created_with_a_name_only,
    permission_sets::updated_in_part,
    permission_sets::deleted,
    permission_sets::a_name_twice,
    permission_sets::refused,
    permission_sets::listed_in_pages,
    permission_sets::tagged,
    assignments::created_and_followed,
    assignments::created_twice,
    assignments::deleted_though_absent,
    assignments::of_a_group,
    assignments::of_what_does_not_exist,
    assignments::followed_with_a_wrong_id,
    assignments::keep_their_permission_set,
    assignment_lists::of_a_permission_set_in_pages,
    assignment_lists::of_a_principal,
    assignment_lists::of_operations,
    provisioning::by_assignment,
    provisioning::on_demand,
    users::created_and_described,
    users::looked_up,
    users::refused,
    users::deleted,
    users::listed,
    groups::created_and_described,
    groups::refused,
    groups::listed,
    groups::deleted,
    memberships::made_and_read,
    memberships::made_twice,
    memberships::of_what_does_not_exist,
    memberships::ended,
    memberships::asked_for_many_groups,
    organization::described,
    organization::walked,
    organization::listed_in_pages,
    organization::an_account,
    organization::parents,
    organization::tags,
    organization::what_does_not_exist,
    tokens::who_am_i,
    tokens::a_role,
    tokens::refused,
];

/// The form of an ARN or identifier: runs of letters and digits that mean nothing are shown by their length.
pub fn form(text: &str) -> String {
    let shorten = |part: &str| {
        let meaningless =
            part.len() >= 8 && part.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
        if meaningless && (part.bytes().any(|byte| byte.is_ascii_digit()) || part.len() == 16) {
            format!("({})", part.len())
        } else {
            part.to_owned()
        }
    };
    let separated =
        |text: &str, separator: &str| text.split(separator).map(shorten).collect::<Vec<_>>().join(separator);
    text.split('/')
        .map(|part| part.split(':').map(|part| separated(part, "-")).collect::<Vec<_>>().join(":"))
        .collect::<Vec<_>>()
        .join("/")
}
