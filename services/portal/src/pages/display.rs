//! `/display`: colours, language and time zone, kept with the person; the browser keeps them too, for pages that are seen
//! before signing in.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Form;
use askama::Template;
use client::Profile;
use serde::Deserialize;

use super::frame::{Frame, page, see};
use super::visit::{Instead, SignedIn, Visit, answer};
use crate::look::{Chosen, Theme, zone};
use crate::parts::{Notice, Tone};
use crate::session::cookies;
use crate::texts::{Language, Texts};

/// What the form is about.
const WHAT: &str = "display";

#[derive(Template)]
#[template(path = "display.html")]
struct Display {
    frame: Frame,
    t: Texts,
    code: String,
    error: Option<Notice>,
    themes: Vec<(&'static str, &'static str, bool)>,
    languages: Vec<(&'static str, &'static str, bool)>,
    zone: String,
}

#[derive(Deserialize)]
pub(super) struct Fields {
    code: String,
    theme: String,
    language: String,
    #[serde(default)]
    zone: String,
}

pub(super) async fn show(visit: Visit) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        let zone = match &me.profile {
            Some(profile) => profile.time_zone.clone(),
            None => cookies::zone_of(me.site(), &me.visit.request),
        };
        let zone = zone.unwrap_or_default();
        Ok(form(&me, StatusCode::OK, zone, None)?)
    })
    .await
}

fn form(me: &SignedIn, status: StatusCode, zone: String, error: Option<Notice>) -> Result<HttpResponse, Instead> {
    let t = me.t();
    let Chosen { language, theme } = me.look().chosen;
    let themes = Theme::ALL.map(|one| {
        let name = match one {
            Theme::Auto => t.look_auto(),
            Theme::Light => t.look_light(),
            Theme::Dark => t.look_dark(),
        };
        (one.code(), name, one == theme)
    });
    let mut languages = vec![("auto", t.look_language_auto(), language.is_none())];
    languages.extend(Language::ALL.map(|one| (one.code(), one.own_name(), language == Some(one))));
    let code = me.code(WHAT)?;
    let themes = themes.to_vec();
    Ok(page(status, &Display { frame: me.frame(), t, code, error, themes, languages, zone }))
}

pub(super) async fn save(visit: Visit, fields: Form<Fields>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.checked(WHAT, &fields.code)?;
        let wanted = fields.zone.trim();
        if !wanted.is_empty() && zone(wanted).is_none() {
            let error = Notice::new(Tone::Bad, me.t().look_zone_bad());
            return Ok(form(&me, StatusCode::UNPROCESSABLE_ENTITY, wanted.to_owned(), Some(error))?);
        }
        let chosen = Chosen {
            language: Language::of_code(&fields.language),
            theme: Theme::of_code(&fields.theme).unwrap_or_default(),
        };
        let profile = Profile {
            language: chosen.language.map(|language| language.code().to_owned()),
            theme: Some(chosen.theme).filter(|theme| *theme != Theme::Auto).map(|theme| theme.code().to_owned()),
            time_zone: Some(wanted.to_owned()).filter(|zone| !zone.is_empty()),
        };
        me.api.change_profile(&profile).await.map_err(|error| me.refused(me.t().nothing_changed(), &error))?;
        let mut answer = see("/display");
        let _ = answer.add_cookie(&cookies::look(me.site(), chosen.cookie()));
        let _ = answer.add_cookie(&cookies::zone(me.site(), wanted.to_owned()));
        Ok(answer)
    })
    .await
}
