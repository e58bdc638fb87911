//! The forms of documents.

use crate::world::{Browser, World};

#[actix_web::test]
async fn a_form_asks_only_for_names_that_its_fields_take() {
    let lists =
        ["users", "groups", "accounts", "organizational-units", "permission-sets", "approval-policies", "schedules"];
    for (kind, taken) in [
        ("freezes", &["accounts", "permission-sets"][..]),
        ("owners", &["users", "groups", "accounts", "organizational-units"]),
        ("schedules", &["users"]),
    ] {
        let world = World::new().await;
        let mut frank = Browser::new(&world);
        frank.signs_in("frank", "/sign-in").await;
        frank.get(&format!("/policy/{kind}/new")).await;
        for list in lists {
            let asked = world.calls(&format!("GET /v1/{list} frank"));
            assert_eq!(asked, usize::from(taken.contains(&list)), "{kind} and {list}");
        }
    }
}
