//! Stages in order, several people in each, and noes.

use approval::usecase::decide::DecideError;
use domain::approval::Stage;
use domain::request::RequestState;
use testkit::Asked;
use testkit::requests::need;

use crate::lab::{counted, groups, lab, needs, no, policy, stage, yes};

#[tokio::test]
async fn stages_vote_in_their_order_and_only_the_current_one_is_asked() {
    let lab = lab().await;
    let (ann, bob, cleo) = (lab.person("ann").await, lab.person("bob").await, lab.person("cleo").await);
    let (first, second) = (lab.group("first", &[&bob]).await, lab.group("second", &[&cleo]).await);
    let needs = needs(vec![stage(groups(&[&first])), stage(groups(&[&second]))]);
    let (request, approval) = lab.asks(Asked { needs, ..Asked::by(&ann, &first) }).await;

    let early = lab.votes(&cleo, &yes(request)).await.unwrap_err();
    assert!(matches!(early, DecideError::TooEarly), "{early}");
    assert!(lab.waits_for(&cleo).await.is_empty());
    assert_eq!(lab.waits_for(&bob).await, [approval]);

    assert_eq!(lab.agrees(&bob, request).await.state, RequestState::Pending);
    assert_eq!(lab.fact("approval.stage_began.v1").await["stage"], 1);
    assert_eq!(lab.whom(approval).await, [format!("group:{second}")]);
    assert!(lab.waits_for(&bob).await.is_empty());
    assert_eq!(lab.waits_for(&cleo).await, [approval]);

    assert_eq!(lab.agrees(&cleo, request).await.state, RequestState::Approved);
    assert!(lab.whom(approval).await.is_empty());
}

#[tokio::test]
async fn nobody_counts_in_two_stages() {
    let lab = lab().await;
    let (ann, bob, cleo) = (lab.person("ann").await, lab.person("bob").await, lab.person("cleo").await);
    let both = lab.group("both", &[&bob, &cleo]).await;
    let needs = needs(vec![stage(groups(&[&both])), stage(groups(&[&both]))]);
    let (request, _) = lab.asks(Asked { needs, ..Asked::by(&ann, &both) }).await;
    assert_eq!(lab.agrees(&bob, request).await.state, RequestState::Pending);
    let again = lab.votes(&bob, &yes(request)).await.unwrap_err();
    assert!(matches!(again, DecideError::AlreadyVoted), "{again}");
    assert_eq!(lab.agrees(&cleo, request).await.state, RequestState::Approved);
}

#[tokio::test]
async fn a_stage_counts_people_and_not_their_groups() {
    let lab = lab().await;
    let (ann, bob, cleo) = (lab.person("ann").await, lab.person("bob").await, lab.person("cleo").await);
    let (one, other) = (lab.group("one", &[&bob]).await, lab.group("other", &[&bob, &cleo]).await);
    let needs = needs(vec![Stage { votes: 2, ..stage(groups(&[&one, &other])) }]);
    let (request, _) = lab.asks(Asked { needs, ..Asked::by(&ann, &one) }).await;
    assert_eq!(lab.agrees(&bob, request).await.state, RequestState::Pending);
    assert_eq!(lab.agrees(&cleo, request).await.state, RequestState::Approved);
}

#[tokio::test]
async fn one_vote_counts_for_every_need_that_names_the_voter_and_each_need_must_be_met() {
    let lab = lab().await;
    let (ann, bob, cleo) = (lab.person("ann").await, lab.person("bob").await, lab.person("cleo").await);
    let (rule, floor) = (lab.group("rule", &[&bob]).await, lab.group("floor", &[&bob, &cleo]).await);
    let two = Stage { votes: 2, ..stage(groups(&[&floor])) };
    let needs = vec![need(policy(vec![stage(groups(&[&rule]))])), need(policy(vec![two]))];
    let (request, approval) = lab.asks(Asked { needs, ..Asked::by(&ann, &rule) }).await;
    assert_eq!(lab.agrees(&bob, request).await.state, RequestState::Pending);
    let progress = lab.approvals(request).await.remove(0).progress;
    assert_eq!(progress.iter().map(|p| p.stage).collect::<Vec<_>>(), [None, Some(0)]);
    assert_eq!(lab.whom(approval).await, [format!("group:{floor}")]);
    assert_eq!(lab.agrees(&cleo, request).await.state, RequestState::Approved);
}

#[tokio::test]
async fn a_policy_may_want_several_noes_before_it_is_over() {
    let lab = lab().await;
    let (ann, bob, cleo) = (lab.person("ann").await, lab.person("bob").await, lab.person("cleo").await);
    let dan = lab.person("dan").await;
    let all = lab.group("all", &[&bob, &cleo, &dan]).await;
    let mut needs = needs(vec![stage(groups(&[&all]))]);
    needs[0].policy.rejections = 2;
    let (request, _) = lab.asks(Asked { needs: needs.clone(), ..Asked::by(&ann, &all) }).await;
    assert_eq!(counted(lab.votes(&bob, &no(request)).await.unwrap()).state, RequestState::Pending);
    assert_eq!(counted(lab.votes(&cleo, &no(request)).await.unwrap()).state, RequestState::Rejected);
    let (request, _) = lab.asks(Asked { needs, ..Asked::by(&ann, &all) }).await;
    assert_eq!(counted(lab.votes(&bob, &no(request)).await.unwrap()).state, RequestState::Pending);
    assert_eq!(lab.agrees(&dan, request).await.state, RequestState::Approved);
}
