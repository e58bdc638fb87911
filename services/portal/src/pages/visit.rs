//! Whoever opens a page: how it shall look for them, who is signed in, and the API in their name.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::{Method, StatusCode};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use client::{Client, ClientError, Limits, Me, Paused, Profile};

use super::frame::{Frame, sign_in_first};
use super::notice::{notice, notice_of};
use super::problems;
use crate::Site;
use crate::look::Look;
use crate::session::{Session, Touch, cookies, forms};
use crate::texts::Texts;

/// What our script sends along when a page reads itself again.
const BY_ITSELF: &str = "x-curfew-by-itself";

/// Somebody opens a page, signed in or not.
pub(super) struct Visit {
    pub site: Data<Site>,
    pub request: HttpRequest,
    pub look: Look,
    /// Whether a person does it.
    pub touch: Touch,
}

/// Somebody who is signed in opens it.
pub(super) struct SignedIn {
    pub visit: Visit,
    pub session: Session,
    /// The API in their name.
    pub api: Client,
    /// The immutable id in Identity Store.
    pub id: String,
    pub admin: bool,
    pub auditor: bool,
    /// Whether they own accounts, and so may see who has access there and who can get it.
    pub owner: bool,
    pub limits: Limits,
    /// That new access does not begin just now.
    pub paused: Option<Box<Paused>>,
    /// How they want pages to look; none where they never said so.
    pub profile: Option<Profile>,
}

/// What a page is, or the page that is shown instead of it.
pub(super) type Page = Result<HttpResponse, HttpResponse>;

/// A page instead of the one that was asked for, for functions that do not wait.
pub(super) struct Instead(Box<HttpResponse>);

impl From<HttpResponse> for Instead {
    fn from(page: HttpResponse) -> Self {
        Self(Box::new(page))
    }
}

impl From<Instead> for HttpResponse {
    fn from(instead: Instead) -> Self {
        *instead.0
    }
}

/// Both are answers.
pub(super) async fn answer(page: impl Future<Output = Page>) -> HttpResponse {
    page.await.unwrap_or_else(|instead| instead)
}

impl FromRequest for Visit {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(site) = request.app_data::<Data<Site>>().cloned() else {
            return ready(Err(actix_web::error::ErrorInternalServerError("the portal's data is missing")));
        };
        let look = Look::of(&site, request);
        ready(Ok(Self { site, request: request.clone(), look, touch: Touch::Person }))
    }
}

impl Visit {
    pub(super) const fn t(&self) -> Texts {
        self.look.t
    }

    /// Who is signed in, if somebody is.
    pub(super) async fn session(&self) -> Result<Option<Session>, HttpResponse> {
        let Some(cookie) = cookies::session_of(&self.site, &self.request) else { return Ok(None) };
        let by = if self.request.headers().contains_key(BY_ITSELF) { Touch::Page } else { self.touch };
        Session::of(&self.site, cookie, by).await.map_err(|error| {
            tracing::error!(%error, "the session could not be read");
            self.away()
        })
    }

    /// The same as whoever is signed in wants pages to look, with their session. Where the API does not tell, it is as
    /// their browser says.
    pub(super) async fn known(mut self) -> Result<(Self, Option<Session>), HttpResponse> {
        let session = self.session().await?;
        if let Some(session) = &session
            && let Ok(Me::User { profile: Some(profile), .. }) = session.api(&self.site).me().await
        {
            self.look = self.look.with(&profile, &self.request);
        }
        Ok((self, session))
    }

    /// Who is signed in; else the way there, and back to this page then.
    pub(super) async fn signed_in(mut self) -> Result<SignedIn, HttpResponse> {
        let Some(session) = self.session().await? else { return Err(self.sign_in_first(None).await) };
        let api = session.api(&self.site);
        match api.me().await {
            // A token that was renewed for somebody else is nobody's session here.
            Ok(Me::User { id, .. }) if id != session.user.as_str() => Err(self.sign_in_first(Some(&session)).await),
            Ok(Me::User { id, admin, auditor, owner, limits, paused, profile, .. }) => {
                if let Some(profile) = &profile {
                    self.look = self.look.with(profile, &self.request);
                }
                Ok(SignedIn { visit: self, session, api, id, admin, auditor, owner, limits, paused, profile })
            }
            Ok(Me::Machine { .. }) => Err(self.away()),
            Err(error) if error.needs_sign_in() => Err(self.sign_in_first(Some(&session)).await),
            Err(error) => Err(self.refused(None, self.t().not_now_title(), &error)),
        }
    }

    /// To signing in and back to this page; a session whose token is no longer good ends. Browsers let no form lead to
    /// the provider, so whoever sent one is told instead.
    pub(super) async fn sign_in_first(&self, session: Option<&Session>) -> HttpResponse {
        let t = self.t();
        let mut answer = if self.request.method() == Method::GET {
            sign_in_first(self.request.uri().path_and_query().map_or("/", |place| place.as_str()))
        } else {
            self.notice(None, StatusCode::UNAUTHORIZED, t.not_signed_in(), t.session_is_over())
        };
        if let Some(session) = session {
            let _ = session.end(&self.site).await;
            let _ = answer.add_cookie(&cookies::no_session(&self.site));
        }
        answer
    }

    pub(super) fn frame(&self, session: Option<&Session>) -> Frame {
        Frame::of(self, session, None)
    }

    /// A page that says one thing.
    pub(super) fn notice(
        &self,
        session: Option<&Session>,
        status: StatusCode,
        title: &str,
        text: &str,
    ) -> HttpResponse {
        notice(self.frame(session), status, title, text)
    }

    /// What the API refused, in words and with the API's status.
    pub(super) fn refused(&self, session: Option<&Session>, title: &str, error: &ClientError) -> HttpResponse {
        notice_of(self.frame(session), &self.look, title, error)
    }

    /// Something that is needed does not answer.
    pub(super) fn away(&self) -> HttpResponse {
        let t = self.t();
        self.notice(None, StatusCode::SERVICE_UNAVAILABLE, t.not_now_title(), t.not_now_text())
    }

    /// A form that no page of ours sent in this session.
    pub(super) fn stale_form(&self, session: Option<&Session>) -> HttpResponse {
        let t = self.t();
        self.notice(session, StatusCode::FORBIDDEN, t.stale_title(), t.stale_text())
    }
}

impl SignedIn {
    pub(super) const fn t(&self) -> Texts {
        self.visit.look.t
    }

    pub(super) const fn look(&self) -> &Look {
        &self.visit.look
    }

    pub(super) const fn site(&self) -> &Data<Site> {
        &self.visit.site
    }

    /// Whether they may read everything.
    pub(super) const fn reads_all(&self) -> bool {
        self.admin || self.auditor
    }

    /// A page only for those who may read everything.
    pub(super) fn must_read_all(&self) -> Result<(), Instead> {
        let t = self.t();
        let page = || self.notice(StatusCode::FORBIDDEN, t.no_right_title(), &t.no_right_text(t.admins_and_auditors()));
        if self.reads_all() { Ok(()) } else { Err(page().into()) }
    }

    /// A page for those who may read everything, and for owners, to whom the API shows what is about theirs.
    pub(super) fn must_oversee(&self) -> Result<(), Instead> {
        let t = self.t();
        let page =
            || self.notice(StatusCode::FORBIDDEN, t.no_right_title(), &t.no_right_text(t.overseers_and_owners()));
        if self.reads_all() || self.owner { Ok(()) } else { Err(page().into()) }
    }

    /// A page only for those who change what is in force.
    pub(super) fn must_administer(&self) -> Result<(), Instead> {
        let t = self.t();
        let page = || self.notice(StatusCode::FORBIDDEN, t.no_right_title(), &t.no_right_text(t.admins_only()));
        if self.admin { Ok(()) } else { Err(page().into()) }
    }

    pub(super) fn frame(&self) -> Frame {
        Frame::of(&self.visit, Some(&self.session), Some(self))
    }

    pub(super) fn notice(&self, status: StatusCode, title: &str, text: &str) -> HttpResponse {
        notice(self.frame(), status, title, text)
    }

    pub(super) fn refused(&self, title: &str, error: &ClientError) -> HttpResponse {
        notice_of(self.frame(), self.look(), title, error)
    }

    /// Why a part of a page is not there.
    pub(super) fn why(&self, error: &ClientError) -> String {
        problems::why(error, self.look())
    }

    /// The code of a form that acts on `what`.
    pub(super) fn code(&self, what: &str) -> Result<String, Instead> {
        forms::code(self.site(), Some(&self.session), what).map_err(|_| self.visit.away().into())
    }

    /// Refuses a form that no page of ours sent in this session.
    pub(super) fn checked(&self, what: &str, code: &str) -> Result<(), Instead> {
        if forms::is_ours(self.site(), Some(&self.session), &self.visit.request, what, code) {
            Ok(())
        } else {
            let t = self.t();
            Err(self.notice(StatusCode::FORBIDDEN, t.stale_title(), t.stale_text()).into())
        }
    }
}
