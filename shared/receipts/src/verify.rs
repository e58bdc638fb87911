//! Whether a receipt is what it says.

use domain::receipt::{FORMAT, Receipt};
use serde_json::Value;

use crate::{PublicKey, Signed};

/// Why it is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Untrue {
    /// Nobody signed it.
    #[error("it is not signed")]
    Unsigned,
    /// It was signed with another key than those that are trusted.
    #[error("it is signed with the key {0}, which is not among those given")]
    UnknownKey(String),
    /// It was changed, or signed by somebody else.
    #[error("the signature does not fit: it was changed, or somebody else signed it")]
    WrongSignature,
    /// The signature fits and the text is no receipt of this form.
    #[error("it is signed, and not a receipt of a form that is known here: {0}")]
    NoReceipt(String),
}

/// The receipt, if one of these keys signed it. What is beside the signed text counts for nothing.
///
/// # Errors
/// See [`Untrue`].
pub fn verify(receipt: &Signed, keys: &[PublicKey]) -> Result<Receipt, Untrue> {
    let (Some(id), Some(signature)) = (&receipt.key_id, &receipt.signature) else { return Err(Untrue::Unsigned) };
    // The id of a key follows from its bytes, so that nobody can call another key by it.
    let known = |key: &&PublicKey| PublicKey::parse(&key.public_key).is_ok_and(|own| own.key_id == *id);
    let key = keys.iter().find(known).ok_or_else(|| Untrue::UnknownKey(id.clone()))?;
    if !key.signed(receipt.signed.as_bytes(), signature) {
        return Err(Untrue::WrongSignature);
    }
    let read: Receipt = serde_json::from_str(&receipt.signed).map_err(|e| Untrue::NoReceipt(e.to_string()))?;
    if read.format != FORMAT {
        return Err(Untrue::NoReceipt(read.format));
    }
    Ok(read)
}

/// Every receipt in a file, whether it is one receipt, a list of them, or a whole bundle of evidence.
#[must_use]
pub fn verify_all(file: &Value, keys: &[PublicKey]) -> Vec<Result<Receipt, Untrue>> {
    let mut found = Vec::new();
    collect(file, &mut found);
    found.iter().map(|receipt| verify(receipt, keys)).collect()
}

fn collect(value: &Value, found: &mut Vec<Signed>) {
    match value {
        Value::Object(fields) if fields.get("signed").is_some_and(Value::is_string) => {
            let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
            found.push(Signed {
                signed: text("signed").unwrap_or_default(),
                key_id: text("key_id"),
                signature: text("signature"),
            });
        }
        Value::Object(fields) => fields.values().for_each(|inner| collect(inner, found)),
        Value::Array(items) => items.iter().for_each(|inner| collect(inner, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use domain::fact::Evidence;
    use domain::grant::EndReason;
    use domain::receipt::{Attests, Exposure, Groups, NeverCut, Remaining};
    use domain::sessions::Sessions;
    use domain::{AccountId, GrantId, PermissionSetArn, RequestId, Tuple, UserId};
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::SigningKey;

    const SECRET: &str = "c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBieXRlcyBtb3Jl";

    fn receipt() -> Receipt {
        let at: jiff::Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        Receipt {
            format: FORMAT.to_owned(),
            id: Uuid::from_u128(1),
            attests: Attests::End,
            made_at: at,
            grant: GrantId(Uuid::from_u128(2)),
            request: RequestId(Uuid::from_u128(3)),
            tuple: Tuple {
                principal: UserId::parse("906768ae6b-0f1c2d3e-4b5a-4968-8776-655443322110").unwrap(),
                account: AccountId::parse("111122223333").unwrap(),
                permission_set: PermissionSetArn::parse(
                    "arn:aws:sso:::permissionSet/ssoins-7223b8a4c1d90e56/ps-0123456789abcdef",
                )
                .unwrap(),
            },
            permission_set_name: Some("LogReader".to_owned()),
            reason: EndReason::Deadline,
            evidence: Evidence::DeletedAndReadBack { read_at: at },
            exposure: Exposure::of(Some(at), at, at),
            sessions: Sessions::Unaffected,
            never_cut: NeverCut::ALL.to_vec(),
            remaining: Remaining { grants: vec![], pre_existing: false, groups: Groups::NotRead, not_known: vec![] },
        }
    }

    fn signed() -> (Signed, SigningKey) {
        let key = SigningKey::from_secret(SECRET).unwrap();
        (Signed::of(&receipt(), Some(&key)).unwrap(), key)
    }

    #[test]
    fn a_receipt_verifies_with_the_key_that_signed_it_and_no_other() {
        let (signed, key) = signed();
        assert_eq!(verify(&signed, &[key.public().clone()]), Ok(receipt()));
        let other = SigningKey::from_secret("YW5vdGhlciBzaXh0ZWVuIGJ5dGVzIGFuZCBtb3JlIGJ5dGVz").unwrap();
        let unknown = Untrue::UnknownKey(key.public().key_id.clone());
        assert_eq!(verify(&signed, &[other.public().clone()]), Err(unknown.clone()));
        let named_like_it = PublicKey { key_id: key.public().key_id.clone(), ..other.public().clone() };
        assert_eq!(verify(&signed, &[named_like_it]), Err(unknown));
    }

    #[test]
    fn any_changed_byte_is_seen() {
        let (signed, key) = signed();
        let keys = [key.public().clone()];
        for at in 0..signed.signed.len() {
            let mut bytes = signed.signed.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(text) = String::from_utf8(bytes) else { continue };
            let changed = Signed { signed: text, ..signed.clone() };
            assert_eq!(verify(&changed, &keys), Err(Untrue::WrongSignature), "byte {at}");
        }
    }

    #[test]
    fn an_unsigned_receipt_says_so() {
        let unsigned = Signed::of(&receipt(), None).unwrap();
        assert_eq!(verify(&unsigned, &[]), Err(Untrue::Unsigned));
    }

    #[test]
    fn what_is_signed_and_no_receipt_is_none() {
        let key = SigningKey::from_secret(SECRET).unwrap();
        let other = key.sign(r#"{"format":"something else"}"#.to_owned());
        assert!(matches!(verify(&other, &[key.public().clone()]), Err(Untrue::NoReceipt(_))));
    }

    #[test]
    fn receipts_are_found_wherever_they_stand_in_a_file() {
        let (signed, key) = signed();
        let mut forged = signed.clone();
        forged.signed = forged.signed.replace("deadline", "revoked");
        let file = json!({"request": {"id": 1}, "grants": [{"receipts": [signed, forged]}], "receipts": []});
        let verdicts = verify_all(&file, &[key.public().clone()]);
        assert_eq!(verdicts, [Ok(receipt()), Err(Untrue::WrongSignature)]);
    }

    #[test]
    fn a_secret_that_is_too_short_is_no_key_and_none_is_shown() {
        assert!(SigningKey::from_secret("c2hvcnQ=").is_err());
        assert!(SigningKey::from_secret("no base64 at all!").is_err());
        let shown = format!("{:?}", SigningKey::from_secret(SECRET).unwrap());
        assert!(!shown.contains("c2l4"), "{shown}");
    }
}
