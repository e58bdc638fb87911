//! Placeholder until its branch lands.
use futures_util::FutureExt;
/// The service, for any process.
pub const SERVICE: process::Service = process::Service {
    name: "audit",
    routes: |_| {},
    start: |_| async { Ok(std::sync::Arc::new(|_: &mut actix_web::web::ServiceConfig| {}) as process::AppData) }.boxed(),
};
