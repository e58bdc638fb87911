//! `GET /history.csv`: what the filters find as a file, a line for each pair.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Query;
use client::{Request, RequestFilter};

use super::filters::{Filters, Params};
use crate::pages::frame::see;
use crate::pages::visit::{Visit, answer};

/// Rows in a file: the API's largest page, so many times.
const FILE_PAGES: usize = 50;

pub(in crate::pages) async fn export(visit: Visit, params: Query<Params>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        let filters = Filters::of(me.reads_all(), params.into_inner());
        let refused = |error| me.refused(me.t().history_title(), &error);
        let meant = filters.meant(&me).await.map_err(refused)?;
        if !meant.person.several().is_empty() || !meant.account.several().is_empty() {
            // The page asks which of them.
            return Ok(see(&filters.place("/history", "")));
        }
        let mut lines = vec![
            "request,state,submitted_at,decided_at,requester,beneficiary,account,account_name,permission_set,minutes,\
             severity,break_glass,ticket,reason"
                .to_owned(),
        ];
        let asking = filters.for_api(200, &me.look().zone, &meant);
        let mut asking = asking.map(|asking| RequestFilter { cursor: None, ..asking });
        for _ in 0..FILE_PAGES {
            let Some(asked) = asking.as_mut() else { break };
            let found = me.api.requests(asked).await.map_err(refused)?;
            lines.extend(found.items.iter().flat_map(csv));
            let Some(next) = found.next else { break };
            asked.cursor = Some(next);
        }
        Ok(HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
            .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"requests.csv\""))
            .body(lines.join("\r\n") + "\r\n"))
    })
    .await
}

fn csv(request: &Request) -> Vec<String> {
    let lines = request.items.iter().map(|item| {
        [
            request.id.to_string(),
            request.state.clone(),
            request.submitted_at.to_string(),
            request.decided_at.map(|at| at.to_string()).unwrap_or_default(),
            request.requester.name.clone(),
            request.beneficiary.name.clone(),
            item.account.clone(),
            item.account_name.clone(),
            if item.permission_set_name.is_empty() { &item.permission_set } else { &item.permission_set_name }.clone(),
            request.minutes.to_string(),
            request.severity.clone(),
            request.break_glass.is_some().to_string(),
            request.ticket.clone().unwrap_or_default(),
            request.reason.clone(),
        ]
        .map(|value| cell(&value))
        .join(",")
    });
    lines.collect()
}

/// A value that spreadsheets read as text, whatever somebody wrote.
fn cell(value: &str) -> String {
    let formula = value.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guarded = if formula { format!("'{value}") } else { value.to_owned() };
    if guarded.contains(['"', ',', '\n', '\r', '\'']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_text_whatever_somebody_wrote() {
        for (value, written) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("=HYPERLINK(1)", "\"'=HYPERLINK(1)\""),
            ("-1+2", "\"'-1+2\""),
            ("@SUM", "\"'@SUM\""),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(cell(value), written);
        }
    }
}
