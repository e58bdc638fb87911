use lettre::message::MultiPart;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use crate::lab::Lab;

fn transport(lab: &Lab) -> AsyncSmtpTransport<Tokio1Executor> {
    AsyncSmtpTransport::<Tokio1Executor>::from_url(&lab.simulator.smtp).unwrap().build()
}

fn mail(to: &str, subject: &str, text: &str) -> Message {
    let parts = MultiPart::alternative_plain_html(
        text.to_owned(),
        "<p>Decide: <a href=\"http://127.0.0.1/x\">approve</a></p>".to_owned(),
    );
    let mail =
        Message::builder().from("Curfew <curfew@harbourfreight.example>".parse().unwrap()).to(to.parse().unwrap());
    mail.subject(subject).multipart(parts).unwrap()
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_sent_and_can_be_found_and_read() {
    let lab = Lab::instant().await;
    let smtp = transport(&lab);
    let text = "Grüße, Carla.\n.A line that begins with a dot\nApprove: http://127.0.0.1/x?y=1.\n";
    smtp.send(mail("carla@harbourfreight.example", "Zugang für Ann?", text)).await.unwrap();
    smtp.send(mail("dave@harbourfreight.example", "Another", "other")).await.unwrap();
    let found = lab.get("/mail/api/messages?to=CARLA@&subject=Ann").await;
    let [one] = found["messages"].as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!(one["subject"], "Zugang für Ann?");
    assert_eq!(one["from"], "Curfew <curfew@harbourfreight.example>");
    assert_eq!(one["text"].as_str().unwrap().replace("\r\n", "\n").trim_end(), text.trim_end());
    assert!(one["html"].as_str().unwrap().contains("approve</a>"));
    let id = one["id"].as_u64().unwrap();
    assert_eq!(lab.get(&format!("/mail/api/messages?since_id={id}")).await["messages"].as_array().unwrap().len(), 1);
    let page = |path: String| {
        let call = lab.http.get(lab.url(&path));
        async move { call.send().await.unwrap().text().await.unwrap() }
    };
    assert!(page("/mail".into()).await.contains("Zugang für Ann?"));
    let read = page(format!("/mail/{id}")).await;
    assert!(read.contains("<a href=\"http://127.0.0.1/x?y=1\"") && read.contains("<iframe sandbox="), "{read}");
    assert!(!read.contains("<p>Decide"), "the page of the mail stays inside its frame");
    lab.http.delete(lab.url("/mail/api/messages")).send().await.unwrap().error_for_status().unwrap();
    assert!(lab.get("/mail/api/messages").await["messages"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn many_senders_at_once_lose_no_mail() {
    let lab = Lab::instant().await;
    let smtp = transport(&lab);
    let sent = (0..200).map(|n| smtp.send(mail("ann@harbourfreight.example", &format!("mail {n}"), "text")));
    for result in futures_join(sent).await {
        result.unwrap();
    }
    assert_eq!(lab.get("/mail/api/messages").await["messages"].as_array().unwrap().len(), 200);
}

async fn futures_join<F: Future>(all: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    futures_util::future::join_all(all).await
}

#[tokio::test]
async fn pipelined_commands_are_answered_in_order_and_out_of_order_ones_refused() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let lab = Lab::instant().await;
    let address = lab.simulator.smtp.trim_start_matches("smtp://").to_owned();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let script = "EHLO test\r\nRCPT TO:<x@y.example>\r\nMAIL FROM:<a@b.example> SIZE=99999999999\r\nMAIL FROM:<a@b.example>\r\n\
        RCPT TO:<x@y.example>\r\nRSET\r\nDATA\r\nNOOP\r\nBREW coffee\r\nQUIT\r\n";
    stream.write_all(script.as_bytes()).await.unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.unwrap();
    let codes: Vec<&str> = answers.lines().filter(|line| line.as_bytes()[3] == b' ').map(|line| &line[..3]).collect();
    assert_eq!(codes, ["220", "250", "503", "552", "250", "250", "250", "503", "250", "502", "221"]);
}
