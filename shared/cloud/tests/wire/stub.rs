//! A server that answers every call as it is told, for what a believable AWS would not do on demand.

#![expect(clippy::unwrap_used, reason = "a stub that cannot serve fails its test")]

use std::sync::{Arc, Mutex};

use cloud::{AccessKey, Cloud, CloudConfig};
use domain::{AccountId, PermissionSetArn, Tuple, UserId};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A call that arrived.
#[derive(Debug, Clone)]
pub struct Call {
    /// AWS's name of the operation.
    pub operation: String,
    /// The head, in lower case.
    pub head: String,
    pub body: Value,
}

/// What to answer.
pub enum Reply {
    Json(u16, Value),
    /// The head of an answer and half of its body.
    Truncated,
    Close,
    Hang,
}

/// AWS's way to say no.
pub fn refuse(status: u16, code: &str) -> Reply {
    Reply::Json(status, json!({"__type": code, "Message": "because"}))
}

pub struct Stub {
    url: String,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Stub {
    /// `answer` is given the call and how many came before it.
    pub async fn start(answer: impl Fn(&Call, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let calls = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (Arc::clone(&calls), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                tokio::spawn(serve(connection, move |call| {
                    let mut seen = seen.lock().unwrap();
                    let reply = answer(&call, seen.len());
                    seen.push(call);
                    reply
                }));
            }
        });
        Self { url, calls }
    }

    pub fn config(&self) -> CloudConfig {
        CloudConfig {
            endpoint_url: Some(self.url.clone()),
            instance_arn: Some("arn:aws:sso:::instance/ssoins-1".to_owned()),
            identity_store_id: Some("d-1234567890".to_owned()),
            calls_per_second: 0,
            ..CloudConfig::default()
        }
    }

    pub async fn connect(&self, config: CloudConfig) -> Cloud {
        let key = AccessKey { id: "AKIATEST".to_owned(), secret: "secret".to_owned() };
        Cloud::connect_as(config, key).await.unwrap()
    }

    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    pub fn operations(&self) -> Vec<String> {
        self.calls().into_iter().map(|call| call.operation).collect()
    }
}

async fn serve(mut connection: TcpStream, answer: impl Fn(Call) -> Reply) {
    while let Some(call) = receive(&mut connection).await {
        match answer(call) {
            Reply::Json(status, body) => send(&mut connection, status, &body.to_string(), 0).await,
            Reply::Truncated => return send(&mut connection, 200, "{\"Acc", 500).await,
            Reply::Close => return,
            Reply::Hang => std::future::pending().await,
        }
    }
}

async fn send(connection: &mut TcpStream, status: u16, body: &str, missing: usize) {
    let length = body.len() + missing;
    let head =
        format!("HTTP/1.1 {status} X\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {length}\r\n\r\n");
    connection.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
}

async fn receive(connection: &mut TcpStream) -> Option<Call> {
    let mut bytes = Vec::new();
    loop {
        if let Some(call) = parse(&bytes) {
            return Some(call);
        }
        if connection.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

/// The call, once it is there as a whole.
fn parse(bytes: &[u8]) -> Option<Call> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (raw_head, body) = text.split_once("\r\n\r\n")?;
    let value = |name: &str| {
        let mut lines = raw_head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    };
    let length: usize = value("content-length")?.parse().unwrap();
    if body.len() < length {
        return None;
    }
    let operation = value("x-amz-target")?.split_once('.')?.1.to_owned();
    Some(Call { operation, head: raw_head.to_lowercase(), body: serde_json::from_str(body).unwrap() })
}

pub fn tuple() -> Tuple {
    Tuple {
        principal: UserId::parse("906768ae6b-0f1c2d3e-4b5a-4968-8776-655443322110").unwrap(),
        account: AccountId::parse("123456789012").unwrap(),
        permission_set: PermissionSetArn::parse("arn:aws:sso:::permissionSet/ssoins-1/ps-1").unwrap(),
    }
}

/// A status of a creation or deletion, as AWS wraps it.
pub fn status(call: &Call, id: &str, status: &str) -> Reply {
    let kind = if call.operation.contains("Creat") { "Creation" } else { "Deletion" };
    let inner = json!({"RequestId": id, "Status": status, "FailureReason": "role quota"});
    Reply::Json(200, json!({format!("AccountAssignment{kind}Status"): inner}))
}
