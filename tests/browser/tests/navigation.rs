//! The way to each room.

use client::Profile;
use serde_json::json;

use crate::stage::Stage;

/// Whether what stands at the top is one line high, and the last door in it is seen whole.
const ONE_LINE: &str = "(() => { const tops = [...document.querySelectorAll('.rooms > li')].map(one => one.getBoundingClientRect()); \
     return new Set(tops.map(one => Math.round(one.top))).size === 1 && tops.at(-1).right <= innerWidth; })()";

#[tokio::test]
async fn the_rooms_of_those_who_oversee_are_one_line_on_a_desk_and_every_one_is_reached_on_a_phone() {
    let stage = Stage::set().await;
    let frank = stage.person("frank").await;
    frank.without_scripts().await;
    let person = stage.system.person("frank").await;
    for language in ["en", "de"] {
        let profile = Profile { language: Some(language.to_owned()), ..Profile::default() };
        person.change_profile(&profile).await.unwrap();
        for (width, height) in [(1280, 900), (1920, 1080)] {
            frank.size(width, height).await;
            frank.open(&stage.at("/")).await;
            assert_eq!(frank.run(ONE_LINE).await, json!(true), "{language} at {width}");
        }
    }
    person.change_profile(&Profile::default()).await.unwrap();
    for (width, height) in [(390, 844), (320, 700)] {
        frank.size(width, height).await;
        frank.open(&stage.at("/")).await;
        frank.click("Oversight").await;
        let inside = "(() => { const box = document.querySelector('details[open] .menu-sheet').getBoundingClientRect(); \
                      return box.left >= 0 && box.right <= innerWidth && box.height > 40; })()";
        assert_eq!(frank.run(inside).await, json!(true), "at {width}");
        frank.click("Setup").await;
        assert_eq!(frank.run("document.querySelectorAll('details[open]').length").await, json!(1), "one at a time");
        frank.click("Settings").await;
        frank.says("As they count now.").await;
    }
}

#[tokio::test]
async fn a_menu_is_opened_used_and_left_by_keyboard() {
    let stage = Stage::set().await;
    let erin = stage.person("erin").await;
    erin.open(&stage.at("/")).await;
    erin.tab_to("Directory").await;
    erin.press("Enter").await;
    erin.tab_to("People").await;
    erin.press("Escape").await;
    assert_eq!(erin.run("document.querySelectorAll('details[open]').length").await, json!(0));
    assert_eq!(erin.run("document.activeElement.innerText").await, json!("Directory"), "the keyboard is where it was");
    erin.press("Enter").await;
    erin.tab_to("Accounts").await;
    erin.press("Enter").await;
    erin.until("it is there", "location.pathname === '/accounts' && document.readyState === 'complete'").await;
    let here = "document.querySelector('.rooms summary[aria-current]').innerText";
    assert_eq!(erin.run(here).await, json!("Directory"), "it shows where one is");
    let ann = stage.person("ann").await;
    ann.open(&stage.at("/")).await;
    assert_eq!(
        ann.run("document.querySelectorAll('.rooms details').length").await,
        json!(0),
        "nothing is rarer for her"
    );
}
