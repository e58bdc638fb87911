//! Users of the Identity Store.

use aws_sdk_identitystore::operation::create_user::builders::CreateUserFluentBuilder;
use aws_sdk_identitystore::types::{AlternateIdentifier, Email, Filter, Name, UniqueAttribute};
use aws_smithy_types::Document;

use crate::notes::{Notes, pages};

/// The creation of a user with what AWS demands.
fn person(notes: &Notes<'_>, name: &str) -> CreateUserFluentBuilder {
    let side = notes.side;
    let full = Name::builder().given_name("Con").family_name("Formist").build();
    side.store.create_user().identity_store_id(&side.store_id).user_name(name).display_name("Con Formist").name(full)
}

/// Creates a user for a case; the id is shown by the name.
pub async fn make(notes: &Notes<'_>, name: &str) -> String {
    let email = Email::builder().value(format!("{name}@example.com")).r#type("work").primary(true).build();
    let id = person(notes, name).emails(email).send().await.unwrap().user_id().to_owned();
    notes.side.learn(&id, format!("user {name}"));
    id
}

pub async fn unmake(notes: &Notes<'_>, id: &str) {
    let side = notes.side;
    side.store.delete_user().identity_store_id(&side.store_id).user_id(id).send().await.unwrap();
}

/// The look-up by a unique attribute.
pub fn by(path: &str, value: &str) -> AlternateIdentifier {
    let attribute = UniqueAttribute::builder().attribute_path(path).attribute_value(Document::from(value));
    AlternateIdentifier::UniqueAttribute(attribute.build().unwrap())
}

pub async fn created_and_described(notes: &mut Notes<'_>) {
    let side = notes.side;
    let id = make(notes, "Con.Formist").await;
    notes.fact("the id has a UUID at its end", id.len() == 36 || (id.len() == 47 && id.as_bytes()[10] == b'-'));
    let call = side.store.describe_user().identity_store_id(&side.store_id).user_id(&id);
    let Some(user) = notes.call("describe", call.send()).await else { return };
    notes.maybe("user name", user.user_name());
    notes.maybe("display name", user.display_name());
    notes.maybe("given name", user.name().and_then(Name::given_name));
    notes.maybe("family name", user.name().and_then(Name::family_name));
    notes.fact("same id", user.user_id() == id);
    notes.fact("same store", user.identity_store_id() == side.store_id);
    for email in user.emails() {
        notes.fact("address", format!("{:?} {:?} {}", email.value(), email.r#type(), email.primary()));
    }
    unmake(notes, &id).await;
}

pub async fn looked_up(notes: &mut Notes<'_>) {
    let side = notes.side;
    let get =
        |identifier| side.store.get_user_id().identity_store_id(&side.store_id).alternate_identifier(identifier).send();
    let attributes = [
        ("name", "userName", "ann"),
        ("name in capitals", "userName", "ANN"),
        ("address", "emails.value", "ann@harbourfreight.example"),
        ("address in capitals", "emails.value", "ANN@HARBOURFREIGHT.EXAMPLE"),
        ("path in capitals", "USERNAME", "ann"),
        ("unknown name", "userName", "nobody"),
        ("unknown address", "emails.value", "nobody@harbourfreight.example"),
        ("an attribute that is not unique", "displayName", "Ann"),
        ("an empty name", "userName", ""),
    ];
    for (name, path, value) in attributes {
        if let Some(found) = notes.call(name, get(by(path, value))).await {
            notes.fact(&format!("{name}: who"), found.user_id());
        }
    }
}

pub async fn refused(notes: &mut Notes<'_>) {
    let side = notes.side;
    let id = make(notes, "first").await;
    let bare = || side.store.create_user().identity_store_id(&side.store_id);
    let full = Name::builder().given_name("Con").family_name("Formist").build();
    let shared = Email::builder().value("first@example.com").r#type("work").primary(true).build();
    let calls = [
        ("the same name", person(notes, "first")),
        ("the same name in capitals", person(notes, "FIRST")),
        ("the same address", person(notes, "second").emails(shared)),
        ("no user name", bare().display_name("Con Formist").name(full.clone())),
        ("no display name", bare().user_name("undisplayed").name(full)),
        ("no name", bare().user_name("unnamed").display_name("Con Formist")),
        ("half a name", person(notes, "half").name(Name::builder().given_name("Con").build())),
        ("a name of 129 characters", person(notes, &"n".repeat(129))),
    ];
    for (name, call) in calls {
        if let Some(made) = notes.call(name, call.send()).await {
            unmake(notes, made.user_id()).await;
        }
    }
    unmake(notes, &id).await;
}

pub async fn deleted(notes: &mut Notes<'_>) {
    let side = notes.side;
    let id = make(notes, "leaver").await;
    let delete = || side.store.delete_user().identity_store_id(&side.store_id).user_id(&id).send();
    let describe = |id: &str| side.store.describe_user().identity_store_id(&side.store_id).user_id(id).send();
    notes.call("delete", delete()).await;
    notes.call("describe", describe(&id)).await;
    notes.call("delete again", delete()).await;
    notes.call("describe nonsense", describe("leaver")).await;
    let call = side.store.get_user_id().identity_store_id(&side.store_id);
    notes.call("look up", call.alternate_identifier(by("userName", "leaver")).send()).await;
    let other = side.store.describe_user().identity_store_id("d-0000000000").user_id(&side.users["ann"]).send();
    notes.call("describe in another store", other).await;
}

pub async fn listed(notes: &mut Notes<'_>) {
    let side = notes.side;
    let list = || side.store.list_users().identity_store_id(&side.store_id);
    let all = pages!(notes, "of 30", list().max_results(30), users);
    notes.set("all", all.iter().map(|user| user.user_name().unwrap_or("?")));
    let all = pages!(notes, "as many as come", list(), users);
    notes.fact("as many as come: count", all.len());
    #[expect(deprecated, reason = "the filter is still in use")]
    for (name, path, value) in
        [("by name", "UserName", "ben"), ("by an unknown name", "UserName", "nobody"), ("by title", "Title", "x")]
    {
        let filter = Filter::builder().attribute_path(path).attribute_value(value).build().unwrap();
        if let Some(found) = notes.call(name, list().filters(filter).send()).await {
            notes.set(&format!("{name}: who"), found.users().iter().take(3).map(|user| user.user_id()));
        }
    }
    notes.call("101 at once", list().max_results(101).send()).await;
    notes.call("a token that nobody gave", list().next_token("nonsense").send()).await;
    let call = side.store.update_user().identity_store_id(&side.store_id).user_id(&side.users["ben"]);
    let change = aws_sdk_identitystore::types::AttributeOperation::builder()
        .attribute_path("displayName")
        .attribute_value(Document::from("Ben"));
    notes.call("update", call.operations(change.build().unwrap()).send()).await;
}
