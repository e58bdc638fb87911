//! Grants and extensions that somebody asked for and somebody approved.

use domain::{GrantId, Pair, Tuple};
use jiff::Timestamp;
use store::grants::Grant;
use testkit::Asked;

use super::Lab;

impl Lab {
    /// An approved grant of an hour from now on.
    pub async fn approved(&self, tuple: &Tuple) -> GrantId {
        self.approved_for(tuple, 60, None).await
    }

    pub async fn approved_for(&self, tuple: &Tuple, minutes: i32, start_at: Option<Timestamp>) -> GrantId {
        self.now();
        let asked = Asked {
            pairs: vec![Pair { account: tuple.account.clone(), permission_set: tuple.permission_set.clone() }],
            minutes,
            start_at,
            ..Asked::by(&tuple.principal, &self.approvers)
        };
        self.approve(asked).await
    }

    /// An approved extension; the approval's own answer.
    pub async fn extended(&self, grant: &Grant, minutes: i32) -> store::decision::Approved {
        self.now();
        let asked = Asked {
            pairs: vec![Pair {
                account: grant.tuple.account.clone(),
                permission_set: grant.tuple.permission_set.clone(),
            }],
            minutes,
            extends: Some(grant.id),
            ..Asked::by(&grant.tuple.principal, &self.approvers)
        };
        let (request, _) = self.db.asks(asked).await;
        let mut tx = self.db.tx(&self.approver).await;
        let request = store::requests::lock(&mut tx, request).await.unwrap().unwrap();
        let answer = store::decision::approve(&mut tx, &request, &[0], false).await.unwrap();
        tx.commit().await.unwrap();
        answer
    }

    async fn approve(&self, asked: Asked) -> GrantId {
        let (request, _) = self.db.asks(asked).await;
        let mut tx = self.db.tx(&self.approver).await;
        let request = store::requests::lock(&mut tx, request).await.unwrap().unwrap();
        let answer = store::decision::approve(&mut tx, &request, &[0], false).await.unwrap();
        tx.commit().await.unwrap();
        match answer {
            store::decision::Approved::Grants(ids) => ids[0],
            store::decision::Approved::TooLate(state) => panic!("too late: {state:?}"),
        }
    }
}
