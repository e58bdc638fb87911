//! What browsers fetch beside pages: one style sheet, one small script that no page needs, and
//! a mark.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};

/// The style sheet.
pub(crate) static STYLE: Asset = Asset {
    name: "/assets/curfew.css",
    kind: "text/css; charset=utf-8",
    text: include_str!("curfew.css"),
    digest: LazyLock::new(|| digest(include_str!("curfew.css"))),
};

/// The script.
pub(crate) static SCRIPT: Asset = Asset {
    name: "/assets/curfew.js",
    kind: "text/javascript; charset=utf-8",
    text: include_str!("curfew.js"),
    digest: LazyLock::new(|| digest(include_str!("curfew.js"))),
};

/// The mark in the browser's tab.
static ICON: Asset = Asset {
    name: "/assets/icon.svg",
    kind: "image/svg+xml",
    text: include_str!("icon.svg"),
    digest: LazyLock::new(|| digest(include_str!("icon.svg"))),
};

/// A file that is compiled in.
pub(crate) struct Asset {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
    digest: LazyLock<String>,
}

impl Asset {
    /// Its address; a changed one has another, so that browsers may keep each for ever.
    pub(crate) fn path(&self) -> String {
        format!("{}?{}", self.name, *self.digest)
    }

    fn answer(&self) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, self.kind))
            .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .body(self.text)
    }
}

fn digest(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    crate::session::seal::encode(digest.as_ref()).chars().take(12).collect()
}

/// `GET /assets/curfew.css`
pub(crate) async fn style() -> HttpResponse {
    STYLE.answer()
}

/// `GET /assets/curfew.js`
pub(crate) async fn script() -> HttpResponse {
    SCRIPT.answer()
}

/// `GET /assets/icon.svg`
pub(crate) async fn icon() -> HttpResponse {
    ICON.answer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_first_view_fetches_is_small() {
        assert!(STYLE.text.len() + SCRIPT.text.len() < 60_000, "{} {}", STYLE.text.len(), SCRIPT.text.len());
    }

    #[test]
    fn nothing_is_fetched_from_elsewhere() {
        for asset in [&STYLE, &SCRIPT] {
            assert!(!asset.text.contains("http"), "{}", asset.name);
            assert!(!asset.text.contains("@import") && !asset.text.contains("eval("), "{}", asset.name);
        }
    }
}
