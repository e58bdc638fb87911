use proptest::prelude::*;

use super::*;

const NOW: i64 = 1_790_000_000;

fn key(byte: u8) -> LinkKey {
    LinkKey::new(&SecretString::from(STANDARD.encode([byte; 32]))).unwrap()
}

fn link(decision: Decision) -> Link {
    Link {
        approval: ApprovalId("01920000-0000-7000-8000-000000000001".parse().unwrap()),
        approver: UserId::parse("906768ae6b-0f1c2d3e-4b5a-4968-8776-655443322110").unwrap(),
        decision,
        expires_at: Timestamp::from_second(NOW + 60).unwrap(),
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[test]
fn a_token_says_what_was_put_in() {
    for decision in [Decision::Approve, Decision::Reject] {
        let token = mint(&key(1), &link(decision));
        assert_eq!(verify(&key(1), &token, at(NOW)), Ok(link(decision)));
        assert!(token.starts_with("v1."));
        assert!(token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)), "{token}");
    }
}

#[test]
fn a_token_expires_on_the_second() {
    let token = mint(&key(1), &link(Decision::Approve));
    assert!(verify(&key(1), &token, at(NOW + 59)).is_ok());
    assert_eq!(verify(&key(1), &token, at(NOW + 60)), Err(LinkError::Expired));
}

#[test]
fn another_key_forges() {
    let token = mint(&key(1), &link(Decision::Approve));
    assert_eq!(verify(&key(2), &token, at(NOW)), Err(LinkError::Forged));
    assert_eq!(verify(&key(2), &token, at(NOW + 99)), Err(LinkError::Forged), "not even its age is told");
}

#[test]
fn a_short_key_is_no_key() {
    assert!(LinkKey::new(&SecretString::from(STANDARD.encode([1; 31]))).is_none());
    assert!(LinkKey::new(&SecretString::from("not base64!")).is_none());
    assert_eq!(format!("{:?}", key(1)), "LinkKey([REDACTED])");
}

proptest! {
    #[test]
    fn any_changed_character_is_refused(at_character in 0usize..400, with in any::<char>()) {
        let token = mint(&key(1), &link(Decision::Reject));
        let mut characters: Vec<char> = token.chars().collect();
        let at_character = at_character % characters.len();
        prop_assume!(characters[at_character] != with);
        characters[at_character] = with;
        let changed: String = characters.into_iter().collect();
        prop_assert!(verify(&key(1), &changed, at(NOW)).is_err());
    }

    #[test]
    fn any_cut_or_longer_token_is_refused(cut in 0usize..400, tail in "[A-Za-z0-9_.-]{1,8}") {
        let token = mint(&key(1), &link(Decision::Reject));
        prop_assert!(verify(&key(1), &token[..cut % token.len()], at(NOW)).is_err());
        let longer = token + &tail;
        prop_assert!(verify(&key(1), &longer, at(NOW)).is_err());
    }

    #[test]
    fn any_text_at_all_is_answered(text in ".*") {
        prop_assert!(verify(&key(1), &text, at(NOW)).is_err());
    }
}
