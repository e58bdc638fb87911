//! The endpoints of each kind. They differ in their addresses, bodies and words, and in nothing else.

macro_rules! endpoints {
    (
        $module:ident, $spec:ident, $tag:tt, $one:tt, $list_path:tt, $path:tt, $versions_path:tt,
        $list:ident, $make:ident, $show:ident, $change:ident, $delete:ident, $versions:ident
    ) => {
        pub mod $module {
            use actix_web::web::Data;
            use actix_web::{HttpResponse, delete, get, post, put};
            use domain::rules::$spec;
            use uuid::Uuid;
            use web::{Caller, IdempotencyKey, Json, Page, Path, Problem, Query};

            use crate::http::Api;
            use crate::http::changes::view::ChangeView;
            use crate::http::documents::{Deleted, Meant, Paged, Seen, Which};
            use crate::http::documents::{change, delete, list, make, show, versions};

            type Spec = $spec;
            type Kept = crate::http::documents::Kept<Spec>;
            type Saved = crate::http::documents::Saved<Spec>;
            type Change = crate::http::documents::Change<Spec>;
            type Version = crate::http::documents::Version<Spec>;

            /// Those in force, the oldest first.
            #[utoipa::path(tag = $tag, params(Which),
                responses((status = 200, description = "A page of them.", body = Page<Kept>)))]
            #[get($list_path)]
            pub async fn $list(
                api: Data<Api>,
                caller: Caller,
                which: Query<Which>,
            ) -> Result<Json<Page<Kept>>, Problem> {
                list::list(api, caller, which.into_inner()).await
            }

            /// Make one.
            #[utoipa::path(tag = $tag, request_body = Spec,
                params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe."), Meant),
                responses(
                    (status = 200, description = "What it would mean, for a dry run.", body = Saved),
                    (status = 201, description = "It is in force.", body = Saved,
                        headers(("Location" = String, description = "Where it is found."))),
                    (status = 202, description = "It waits for a second admin.", body = ChangeView)))]
            #[post($list_path)]
            pub async fn $make(
                api: Data<Api>,
                caller: Caller,
                key: IdempotencyKey,
                meant: Query<Meant>,
                body: Json<Spec>,
            ) -> Result<HttpResponse, Problem> {
                make::make(api, caller, key, body.into_inner(), meant.into_inner().dry_run).await
            }

            /// One in force.
            #[utoipa::path(tag = $tag, params(("id" = Uuid, Path, description = $one)),
                responses((status = 200, description = "It.", body = Kept)))]
            #[get($path)]
            pub async fn $show(api: Data<Api>, caller: Caller, id: Path<Uuid>) -> Result<Json<Kept>, Problem> {
                show::show(api, caller, id.into_inner()).await
            }

            /// Change one. Requests keep the version that they were judged by.
            #[utoipa::path(tag = $tag, request_body = Change,
                params(("id" = Uuid, Path, description = $one), Meant),
                responses(
                    (status = 200, description = "It, as it is in force now.", body = Saved),
                    (status = 202, description = "The change waits for a second admin.", body = ChangeView)))]
            #[put($path)]
            pub async fn $change(
                api: Data<Api>,
                caller: Caller,
                id: Path<Uuid>,
                meant: Query<Meant>,
                body: Json<Change>,
            ) -> Result<HttpResponse, Problem> {
                change::change(api, caller, id.into_inner(), body.into_inner(), meant.into_inner().dry_run).await
            }

            /// Take one out of force. Access that was given stays until its deadline.
            #[utoipa::path(tag = $tag, params(("id" = Uuid, Path, description = $one), Seen),
                responses(
                    (status = 200, description = "It is out of force.", body = Deleted),
                    (status = 202, description = "The change waits for a second admin.", body = ChangeView)))]
            #[delete($path)]
            pub async fn $delete(
                api: Data<Api>,
                caller: Caller,
                id: Path<Uuid>,
                seen: Query<Seen>,
            ) -> Result<HttpResponse, Problem> {
                delete::delete::<Spec>(api, caller, id.into_inner(), seen.into_inner()).await
            }

            /// Every version of one, the newest first, also after it was deleted.
            #[utoipa::path(tag = $tag, params(("id" = Uuid, Path, description = $one), Paged),
                responses((status = 200, description = "A page of them.", body = Page<Version>)))]
            #[get($versions_path)]
            pub async fn $versions(
                api: Data<Api>,
                caller: Caller,
                id: Path<Uuid>,
                paged: Query<Paged>,
            ) -> Result<Json<Page<Version>>, Problem> {
                versions::versions(api, caller, id.into_inner(), paged.into_inner()).await
            }

            /// All six.
            pub fn routes(config: &mut utoipa_actix_web::service_config::ServiceConfig) {
                config
                    .service($list)
                    .service($make)
                    .service($show)
                    .service($change)
                    .service($delete)
                    .service($versions);
            }
        }
    };
}

endpoints! {
    rules, RuleSpec, "rules", "The rule.", "/v1/rules", "/v1/rules/{id}", "/v1/rules/{id}/versions",
    list_rules, make_rule, show_rule, change_rule, delete_rule, list_rule_versions
}
endpoints! {
    approval_policies, NamedPolicySpec, "approval policies", "The approval policy.", "/v1/approval-policies",
    "/v1/approval-policies/{id}", "/v1/approval-policies/{id}/versions", list_approval_policies, make_approval_policy,
    show_approval_policy, change_approval_policy, delete_approval_policy, list_approval_policy_versions
}
endpoints! {
    guardrails, GuardrailSpec, "guardrails", "The guardrail.", "/v1/guardrails", "/v1/guardrails/{id}",
    "/v1/guardrails/{id}/versions", list_guardrails, make_guardrail, show_guardrail, change_guardrail,
    delete_guardrail, list_guardrail_versions
}
endpoints! {
    freezes, FreezeSpec, "freezes", "The freeze.", "/v1/freezes", "/v1/freezes/{id}", "/v1/freezes/{id}/versions",
    list_freezes, make_freeze, show_freeze, change_freeze, delete_freeze, list_freeze_versions
}
endpoints! {
    owners, OwnersSpec, "owners", "The binding of owners.", "/v1/owners", "/v1/owners/{id}",
    "/v1/owners/{id}/versions", list_owners, make_owners, show_owners, change_owners, delete_owners,
    list_owners_versions
}
endpoints! {
    schedules, ScheduleSpec, "schedules", "The schedule.", "/v1/schedules", "/v1/schedules/{id}",
    "/v1/schedules/{id}/versions", list_schedules, make_schedule, show_schedule, change_schedule, delete_schedule,
    list_schedule_versions
}
