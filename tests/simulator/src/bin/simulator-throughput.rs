//! How many signed calls and mails a second one worker serves: lists, whole lives of assignments, mails.
//!
//! `cargo run --release -p simulator --bin simulator-throughput -- [SECONDS] [CONNECTIONS]`

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use simulator::signing::{Request, SigningKey, sign};
use simulator::{ACCESS_KEY_ID, Config, IDENTITY_STORE_ID, INSTANCE_ARN, Millis, SECRET_ACCESS_KEY, Simulator};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |usual: u64| arguments.next().map_or(Ok(usual), |text| text.parse());
    let (seconds, connections) = (number(5)?, number(4)?);
    let simulator = Simulator::start(Config::instant())?;
    let http = simulator.http.trim_start_matches("http://");
    let smtp = simulator.smtp.trim_start_matches("smtp://");
    let length = Duration::from_secs(seconds);
    let instances = format!("{{\"InstanceArn\":\"{INSTANCE_ARN}\",\"MaxResults\":10}}");
    let users = format!("{{\"IdentityStoreId\":\"{IDENTITY_STORE_ID}\",\"MaxResults\":10}}");
    let calls = [
        ("SWBExternalService.ListPermissionSets", "sso", &instances),
        ("AWSIdentityStore.ListUsers", "identitystore", &users),
    ];
    for (target, service, body) in calls {
        let rate = together(connections, length, |_, end, done| call_until(http, target, service, body, end, done))?;
        println!("{target}: {rate:.0} calls/s over {connections} connections");
    }
    let rate = together(connections, length, |number, end, done| live_until(http, number, end, done))?;
    println!("lives of assignments: {rate:.0} calls/s over {connections} connections");
    let rate = together(connections, length, |_, end, done| mail_until(smtp, end, done))?;
    println!("SMTP: {rate:.0} mails/s over {connections} connections");
    Ok(())
}

fn together(
    connections: u64,
    length: Duration,
    work: impl Fn(u64, Instant, &AtomicU64) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<f64> {
    let done = AtomicU64::new(0);
    let end = Instant::now() + length;
    std::thread::scope(|scope| {
        let (work, done) = (&work, &done);
        let threads: Vec<_> = (0..connections).map(|number| scope.spawn(move || work(number, end, done))).collect();
        threads.into_iter().try_for_each(|thread| match thread.join() {
            Ok(result) => result,
            Err(_) => bail!("a client panicked"),
        })
    })?;
    #[expect(clippy::cast_precision_loss, reason = "a count of some seconds")]
    let count = done.load(Ordering::Relaxed) as f64;
    Ok(count / length.as_secs_f64())
}

/// One connection that signs its calls.
struct Client<'a> {
    address: &'a str,
    stream: TcpStream,
    reader: BufReader<TcpStream>,
    key: SigningKey,
}

impl<'a> Client<'a> {
    fn connect(address: &'a str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let reader = BufReader::new(stream.try_clone()?);
        let key = SigningKey {
            access_key_id: ACCESS_KEY_ID.to_owned(),
            secret: SECRET_ACCESS_KEY.to_owned(),
            session_token: None,
        };
        Ok(Self { address, stream, reader, key })
    }

    /// The body of the answer; anything but success is an error.
    fn call(&mut self, target: &str, service: &str, body: &str) -> anyhow::Result<Vec<u8>> {
        let request = Request { method: "POST", path: "/", query: "", body: body.as_bytes() };
        let headers = [("x-amz-target", target)];
        let signed = sign(request, self.address, &headers, "eu-central-1", service, &self.key, Millis::now());
        let mut text = format!(
            "POST / HTTP/1.1\r\nhost: {}\r\nx-amz-target: {target}\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\n",
            self.address,
            body.len()
        );
        for (name, value) in signed {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        text.push_str(body);
        self.stream.write_all(text.as_bytes())?;
        read_answer(&mut self.reader).with_context(|| format!("{target} {body}"))
    }

    fn sso(&mut self, operation: &str, body: &Value) -> anyhow::Result<Value> {
        let answer = self.call(&format!("SWBExternalService.{operation}"), "sso", &body.to_string())?;
        Ok(serde_json::from_slice(&answer)?)
    }
}

fn call_until(
    address: &str,
    target: &str,
    service: &str,
    body: &str,
    end: Instant,
    done: &AtomicU64,
) -> anyhow::Result<()> {
    let mut client = Client::connect(address)?;
    while Instant::now() < end {
        client.call(target, service, body)?;
        done.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

/// Creates, polls, reads, deletes, polls and reads assignments, each connection with a user of its own.
fn live_until(address: &str, number: u64, end: Instant, done: &AtomicU64) -> anyhow::Result<()> {
    let mut client = Client::connect(address)?;
    let list = json!({"InstanceArn": INSTANCE_ARN});
    let sets = client.sso("ListPermissionSets", &list)?;
    let set = sets.pointer("/PermissionSets/0").context("no permission set")?;
    let accounts: Value =
        serde_json::from_slice(&client.call("AWSOrganizationsV20161128.ListAccounts", "organizations", "{}")?)?;
    let account = accounts.pointer("/Accounts/1/Id").context("no account")?;
    let users = json!({"IdentityStoreId": IDENTITY_STORE_ID}).to_string();
    let users: Value = serde_json::from_slice(&client.call("AWSIdentityStore.ListUsers", "identitystore", &users)?)?;
    let user = users.pointer(&format!("/Users/{number}/UserId")).context("no user")?;
    let tuple = json!({
        "InstanceArn": INSTANCE_ARN, "TargetId": account, "TargetType": "AWS_ACCOUNT",
        "PermissionSetArn": set, "PrincipalType": "USER", "PrincipalId": user,
    });
    let read = json!({"InstanceArn": INSTANCE_ARN, "AccountId": account, "PermissionSetArn": set});
    while Instant::now() < end {
        for (change, word) in [("Create", "Creation"), ("Delete", "Deletion")] {
            let answer = client.sso(&format!("{change}AccountAssignment"), &tuple)?;
            let id = answer.pointer(&format!("/AccountAssignment{word}Status/RequestId")).context("no request id")?;
            let field = format!("AccountAssignment{word}RequestId");
            let poll = json!({"InstanceArn": INSTANCE_ARN, field: id});
            client.sso(&format!("DescribeAccountAssignment{word}Status"), &poll)?;
            client.sso("ListAccountAssignments", &read)?;
            done.fetch_add(3, Ordering::Relaxed);
        }
    }
    Ok(())
}

fn read_answer(reader: &mut BufReader<TcpStream>) -> anyhow::Result<Vec<u8>> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let refused = (!line.starts_with("HTTP/1.1 200")).then(|| line.clone());
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().context("content-length")?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    match refused {
        None => Ok(body),
        Some(line) => bail!("answered {} {}", line.trim(), String::from_utf8_lossy(&body)),
    }
}

fn mail_until(address: &str, end: Instant, done: &AtomicU64) -> anyhow::Result<()> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut say = |text: &str, expected: &str| -> anyhow::Result<()> {
        stream.write_all(text.as_bytes())?;
        let mut line = String::new();
        loop {
            line.clear();
            reader.read_line(&mut line)?;
            if line.get(3..4) != Some("-") {
                break;
            }
        }
        if !line.starts_with(expected) {
            bail!("answered {line}");
        }
        Ok(())
    };
    let text = "<p>Ann asks for PowerUserAccess.</p>\r\n".repeat(60);
    let mail = format!(
        "From: Curfew <curfew@harbourfreight.example>\r\nTo: carla@harbourfreight.example\r\nSubject: Access\r\nContent-Type: text/html\r\n\r\n{text}.\r\n"
    );
    say("", "220")?;
    say("EHLO bench\r\n", "250")?;
    while Instant::now() < end {
        say("MAIL FROM:<curfew@harbourfreight.example>\r\n", "250")?;
        say("RCPT TO:<carla@harbourfreight.example>\r\n", "250")?;
        say("DATA\r\n", "354")?;
        say(&mail, "250")?;
        done.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}
