//! Questions and answers, and what an approver sees.

use approval::usecase::comments::CommentError;
use approval::usecase::detail::Onlooker;
use domain::Comment;
use domain::request::RequestState;
use testkit::Asked;

use crate::lab::{groups, lab, needs, stage};

#[tokio::test]
async fn those_concerned_ask_and_answer_while_the_request_waits() {
    let lab = lab().await;
    let (ann, bob, cleo) = (lab.person("ann").await, lab.person("bob").await, lab.person("cleo").await);
    let later = lab.person("later").await;
    let (first, second) = (lab.group("first", &[&bob]).await, lab.group("second", &[&later]).await);
    let needs = needs(vec![stage(groups(&[&first])), stage(groups(&[&second]))]);
    let (request, _) = lab.asks(Asked { needs, ..Asked::by(&ann, &first) }).await;
    let say = |text: &str| Comment::parse(text).unwrap();
    lab.desk.comment(&bob, request, &say("Why today?"), true).await.unwrap();
    lab.desk.comment(&ann, request, &say("The customer waits."), false).await.unwrap();
    lab.desk.comment(&later, request, &say("I see."), false).await.unwrap();
    assert!(matches!(lab.desk.comment(&cleo, request, &say("Hm."), false).await, Err(CommentError::NotConcerned)));
    assert!(matches!(lab.desk.comments(&cleo, false, request).await, Err(CommentError::UnknownRequest)));
    let heard = lab.desk.comments(&cleo, true, request).await.unwrap();
    let words: Vec<_> = heard.iter().map(|(author, said)| (author.name.as_str(), said.text.as_str())).collect();
    assert_eq!(words[..2], [("bob of the tests", "Why today?"), ("ann of the tests", "The customer waits.")]);
    assert_eq!(lab.request_state(request).await, "pending");
    assert_eq!(lab.facts().await.iter().filter(|fact| *fact == "request.commented.v1").count(), 3);
}

#[tokio::test]
async fn an_approver_sees_who_may_vote_what_came_before_and_how_long_sessions_last() {
    let lab = lab().await;
    let (ann, bob, cleo) = (lab.person("ann").await, lab.person("bob").await, lab.person("cleo").await);
    let stranger = lab.person("stranger").await;
    let approvers = lab.group("approvers", &[&ann, &bob, &cleo]).await;
    let (earlier, _) = lab.asks(Asked::by(&ann, &approvers)).await;
    assert_eq!(lab.agrees(&bob, earlier).await.state, RequestState::Approved);
    let (_, approval) = lab.asks(Asked::by(&ann, &approvers)).await;

    let as_seen = |user: &domain::UserId| Onlooker { user: user.clone(), sees_all: false };
    let detail = lab.desk.detail(approval, &as_seen(&bob)).await.unwrap().unwrap();
    let (people, count) = &detail.may_vote[0];
    let mut names: Vec<_> = people.iter().map(|person| person.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!((names, *count), (vec!["bob of the tests", "cleo of the tests"], 2), "never who asks");
    assert_eq!(detail.mine, [0]);
    assert_eq!(detail.before.iter().map(|grant| grant.request).collect::<Vec<_>>(), [earlier]);
    assert_eq!(detail.summary.sessions.values().copied().collect::<Vec<_>>(), [7200]);
    assert!(lab.desk.detail(approval, &as_seen(&ann)).await.unwrap().unwrap().mine.is_empty());
    assert!(lab.desk.detail(approval, &as_seen(&stranger)).await.unwrap().is_none());
}
