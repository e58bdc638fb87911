//! How the installation is set, as a page.

use crate::world::{Browser, World, text};

#[actix_web::test]
async fn a_setting_shows_what_counts_and_what_would_if_nobody_had_set_it() {
    let world = World::new().await;
    let mut erin = Browser::new(&world);
    erin.signs_in("erin", "/sign-in").await;
    let page = erin.get("/settings").await;
    let words = text(&page.body);
    for part in [
        "requests.max_minutes for a test 240 otherwise 480 environment",
        "requests.min_reason for a test 10 as Curfew is made",
        "aws.endpoint_url for a test nothing as Curfew is made",
        "database.url for a test a secret, not shown file",
        "Asking and deciding keys: 2, set: 1",
        "unheard.of for a test &#60;b&#62;x&#60;/b&#62; file",
    ] {
        assert!(words.contains(part), "{part} in {words}");
    }
}

#[actix_web::test]
async fn keys_are_folded_by_theme_until_somebody_looks_for_some_of_them() {
    let world = World::new().await;
    let mut erin = Browser::new(&world);
    erin.signs_in("erin", "/sign-in").await;
    let page = erin.get("/settings").await;
    assert_eq!(page.body.matches("<details class=\"fold\">").count(), 3, "{}", page.body);
    for theme in ["deciding", "aws", "running"] {
        assert_eq!(page.body.matches(&format!("href=\"#{theme}\"")).count(), 1, "{theme}");
        assert_eq!(page.body.matches(&format!("id=\"{theme}\"")).count(), 1, "{theme}");
    }
    let found = erin.get("/settings?q=reason").await;
    assert_eq!(found.body.matches("<details class=\"fold\" open>").count(), 1, "{}", found.body);
    assert!(!text(&found.body).contains("max_minutes"));
    let set = text(&erin.get("/settings?set=1").await.body);
    assert!(set.contains("requests.max_minutes") && set.contains("database.url"), "{set}");
    assert!(!set.contains("min_reason") && !set.contains("endpoint_url"), "{set}");
    assert!(text(&erin.get("/settings?q=nothing").await.body).contains("No key matches."));
}
