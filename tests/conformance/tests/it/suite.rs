//! The suite as one test: cases build on a world that takes some seconds to copy, and the table is judged as a whole.

use std::collections::BTreeSet;

use conformance::comparison::{Follows, compare};
use conformance::observation::Observation;

use crate::cases::CASES;
use crate::differences::listed;
use crate::mirror;
use crate::moto::Moto;
use crate::notes::Notes;
use crate::side::Side;

#[tokio::test(flavor = "multi_thread")]
async fn the_simulator_and_moto_answer_alike_but_for_the_listed_differences() {
    let moto = Moto::start();
    let simulated = simulator::Simulator::start(simulator::Config::instant()).unwrap();
    let (mut ours, mut theirs) = (Side::new(&simulated.http), Side::new(&moto.url));
    mirror::meet(&mut ours, false).await;
    mirror::meet(&mut theirs, true).await;
    mirror::build(&mut ours, &mut theirs).await;

    let (mut seen_here, mut seen_there) = (Observation::default(), Observation::default());
    for case in CASES {
        (case.play)(&mut Notes::new(&ours, case.name, &mut seen_here)).await;
        (case.play)(&mut Notes::new(&theirs, case.name, &mut seen_there)).await;
    }
    ours.recorder.report(&theirs.recorder, &mut seen_here);
    theirs.recorder.report(&ours.recorder, &mut seen_there);

    let listed = listed();
    let verdict = compare(&seen_here, &seen_there, &listed);
    println!("{} cases, {} facts compared, {} differences listed", CASES.len(), verdict.compared, listed.len());
    let report = format!(
        "\nNot in the table ({}):\n{}\n\nIn the table, but not seen as it says ({}):\n{}\n",
        verdict.unlisted.len(),
        verdict.unlisted.join("\n"),
        verdict.stale.len(),
        verdict.stale.join("\n")
    );
    assert!(verdict.unlisted.is_empty() && verdict.stale.is_empty(), "{report}");
}

#[test]
fn every_listed_difference_names_a_case_and_a_reason() {
    let names: BTreeSet<_> = CASES.iter().map(|case| case.name).chain([crate::recorder::SHAPES]).collect();
    for row in listed() {
        assert!(names.contains(row.case), "{} / {}: there is no such case", row.case, row.fact);
        assert_ne!(row.simulator, row.moto, "{} / {}: no difference", row.case, row.fact);
        assert!(row.why.split(' ').count() > 3 && row.why.ends_with('.'), "{} / {}: why?", row.case, row.fact);
    }
}

/// Where moto is right, the simulator is to be mended; the table is no place to park that.
#[test]
fn no_listed_difference_says_that_the_simulator_is_wrong() {
    for row in listed() {
        assert_ne!(row.follows, Follows::Moto, "{} / {}", row.case, row.fact);
    }
}
