//! What each key of the settings is for, as the API tells it and in every other language.

use super::{Texts, catalogue};

catalogue! {
    key_http_listen: "the address to listen on" | "die Adresse, an der gehört wird";
    key_http_public_url: "the address that people reach Curfew at" | "die Adresse, unter der Curfew erreicht wird";
    key_http_calls_per_second_per_caller: "requests a second allowed to one caller" | "Anfragen je Sekunde, die einem Aufrufer erlaubt sind";
    key_http_streams_per_caller: "streams of events that one caller may hold" | "Ereignisströme, die ein Aufrufer offen haben darf";
    key_database_url: "the PostgreSQL database" | "die PostgreSQL-Datenbank";
    key_database_max_connections: "connections held by this process" | "Verbindungen, die dieser Prozess hält";
    key_broker_url: "the RabbitMQ broker" | "der RabbitMQ-Broker";
    key_broker_prefix: "what begins the names of our exchange and queues" | "womit die Namen von Exchange und Warteschlangen beginnen";
    key_aws_region: "the region of Identity Center" | "die Region von Identity Center";
    key_aws_endpoint_url: "another endpoint than AWS's own" | "ein anderer Endpunkt als der von AWS";
    key_aws_instance_arn: "the Identity Center instance" | "die Instanz von Identity Center";
    key_aws_identity_store_id: "the instance's identity store" | "der Identity Store der Instanz";
    key_aws_calls_per_second: "calls a second to Identity Center" | "Aufrufe je Sekunde an Identity Center";
    key_aws_outstanding: "assignment operations under way at once" | "Zuweisungen, die gleichzeitig geändert werden";
    key_aws_async_limit_covers_delete: "whether deletions count among them" | "ob Entfernungen dazu zählen";
    key_aws_outstanding_for_grants: "how many of them are for creations while both wait" | "wie viele davon für neue Zuweisungen sind, solange beides wartet";
    key_aws_one_operation_per_permission_set_and_account: "whether a permission set has one operation at a time in an account" | "ob ein Permission Set in einem Konto nur eine Änderung zugleich hat";
    key_aws_calls_per_second_alone: "calls a second while the database is away" | "Aufrufe je Sekunde, solange die Datenbank nicht erreichbar ist";
    key_aws_call_timeout_s: "seconds until a call is given up" | "Sekunden, bis ein Aufruf aufgegeben wird";
    key_aws_permission_set_tags: "whether the tags of permission sets are read" | "ob die Tags von Permission Sets gelesen werden";
    key_aws_management_account: "whether rules may reach the management account" | "ob Regeln bis zum Verwaltungskonto reichen dürfen";
    key_aws_directory_every_s: "seconds between two readings of users, groups, accounts and permission sets" | "Sekunden zwischen zwei Lesungen von Personen, Gruppen, Konten und Permission Sets";
    key_aws_directory_contents_every_s: "seconds between two readings of what a permission set allows" | "Sekunden zwischen zwei Lesungen dessen, was ein Permission Set erlaubt";
    key_aws_roles_grant: "the role that creates assignments" | "die Rolle, die Zuweisungen anlegt";
    key_aws_roles_revocation: "the role that deletes assignments" | "die Rolle, die Zuweisungen entfernt";
    key_aws_roles_backstop: "the role that owns the schedules of the backstop" | "die Rolle, der die Zeitpläne des Auffangnetzes gehören";
    key_aws_roles_session_deny: "the role that writes the policy that cuts live sessions" | "die Rolle, die die Richtlinie zum Trennen laufender Sitzungen schreibt";
    key_aws_roles_directory: "the role that reads the directory" | "die Rolle, die das Verzeichnis liest";
    key_aws_roles_external_id: "the external id that the roles ask for" | "die External Id, die die Rollen verlangen";
    key_backstop_role_arn: "the role that Scheduler assumes to delete assignments" | "die Rolle, mit der Scheduler Zuweisungen entfernt";
    key_backstop_group: "the schedule group" | "die Gruppe der Zeitpläne";
    key_backstop_prefix: "what tells our schedules from others'" | "woran unsere Zeitpläne von anderen zu unterscheiden sind";
    key_backstop_margin_minutes: "minutes from a deadline to its schedule" | "Minuten von einem Ende bis zu seinem Zeitplan";
    key_backstop_spread_minutes: "minutes over which schedules are spread" | "Minuten, über die Zeitpläne verteilt werden";
    key_backstop_most_minutes: "the most minutes from a deadline to its schedule" | "höchstens so viele Minuten von einem Ende bis zu seinem Zeitplan";
    key_backstop_every_minutes: "minutes between two firings" | "Minuten zwischen zwei Auslösungen";
    key_backstop_hours: "hours for which a schedule goes on firing" | "Stunden, in denen ein Zeitplan weiter auslöst";
    key_backstop_dead_letter_arn: "a queue for calls that Scheduler gave up" | "eine Warteschlange für Aufrufe, die Scheduler aufgegeben hat";
    key_reconcile_every_s: "seconds between two comparisons with AWS" | "Sekunden zwischen zwei Vergleichen mit AWS";
    key_reconcile_brake_least: "orphans that are removed in any case" | "so viele verwaiste Zuweisungen werden auf jeden Fall entfernt";
    key_reconcile_brake_percent: "the share of orphans above which an admin is asked" | "der Anteil verwaister Zuweisungen, über dem ein Admin gefragt wird";
    key_oidc_issuer: "the OpenID provider, as in its tokens' iss" | "der OpenID-Anbieter, wie er im iss seiner Token steht";
    key_oidc_audience: "the audience of tokens meant for Curfew" | "die Audience der Token, die für Curfew sind";
    key_oidc_user_claim: "the claim with the Identity Center user name" | "der Claim mit dem Benutzernamen aus Identity Center";
    key_oidc_client_id: "the portal's client at the provider" | "der Client des Portals beim Anbieter";
    key_oidc_client_secret: "that client's secret" | "das Geheimnis dieses Clients";
    key_personas_admin_groups: "groups whose members are admins" | "Gruppen, deren Mitglieder Admins sind";
    key_personas_auditor_groups: "groups whose members are auditors" | "Gruppen, deren Mitglieder Auditoren sind";
    key_mail_smtp_url: "the mail server" | "der Mailserver";
    key_mail_from: "the sender of mails" | "der Absender von Mails";
    key_links_key: "the key that signs links in mails, base64 of at least 32 random bytes" | "der Schlüssel, der Links in Mails signiert: Base64 von mindestens 32 zufälligen Bytes";
    key_receipts_key: "the key that signs receipts, base64 of at least 32 random bytes" | "der Schlüssel, der Belege signiert: Base64 von mindestens 32 zufälligen Bytes";
    key_live_sessions_policy_id: "the service control policy that cuts sessions" | "die Service Control Policy, die Sitzungen trennt";
    key_live_sessions_inline_policy: "whether sessions are cut by permission sets' own policies" | "ob Sitzungen über die eigenen Richtlinien von Permission Sets getrennt werden";
    key_live_sessions_lag_s: "seconds in which a removal may still give credentials" | "Sekunden, in denen es nach einer Entfernung noch Anmeldedaten geben kann";
    key_live_sessions_margin_s: "seconds that a deny outlives the longest session" | "Sekunden, die eine Sperre die längste Sitzung überdauert";
    key_webhooks_allow_private: "whether webhooks may go to private addresses" | "ob Webhooks an private Adressen gehen dürfen";
    key_api_base_url: "the base address of the REST API" | "die Basisadresse der REST-API";
    key_api_services: "base addresses of services that run on their own" | "Basisadressen von Diensten, die für sich laufen";
    key_portal_environment_tag: "the accounts' tag that says what they are for" | "das Tag der Konten, das sagt, wofür sie da sind";
    key_portal_aws_access_portal: "the address of the AWS access portal" | "die Adresse des AWS-Zugriffsportals";
    key_offline_refresh_s: "seconds between two readings of the remembered deadlines" | "Sekunden zwischen zwei Lesungen der gemerkten Enden";
    key_offline_at_once: "removals under way at once while PostgreSQL is away" | "gleichzeitige Entfernungen, solange PostgreSQL nicht erreichbar ist";
    key_requests_max_minutes: "the longest access in minutes" | "der längste Zugriff in Minuten";
    key_requests_default_minutes: "the proposed duration in minutes" | "die vorgeschlagene Dauer in Minuten";
    key_requests_pending_minutes: "minutes until an undecided request times out" | "Minuten, nach denen eine unentschiedene Anfrage abläuft";
    key_requests_start_within_days: "days ahead that a start may lie" | "so viele Tage voraus darf ein Beginn liegen";
    key_requests_min_reason: "characters that a reason must have" | "so viele Zeichen muss ein Grund haben";
    key_policy_second_person: "which changes of rules need a second admin" | "welche Änderungen von Regeln einen zweiten Admin brauchen";
    key_emergency_second_person: "what of the emergency button needs a second admin" | "was am Notschalter einen zweiten Admin braucht";
    key_requests_severities: "how urgent something can be, the most urgent first, `normal` among them" | "wie dringend etwas sein kann, das Dringendste zuerst, `normal` darunter";
    key_approvals_fresh_check: "what a vote needs of AWS" | "was eine Stimme von AWS braucht";
    key_approvals_copy_minutes: "minutes of age that the directory's copy may have when AWS cannot be asked about a voter" | "so viele Minuten alt darf die Kopie des Verzeichnisses sein, wenn AWS nicht nach jemandem gefragt werden kann, der entscheidet";
    key_on_call_pagerduty_url: "PagerDuty's API" | "die API von PagerDuty";
    key_on_call_pagerduty_token: "a PagerDuty API key that may read" | "ein API-Schlüssel von PagerDuty, der lesen darf";
    key_on_call_remembered_s: "seconds for which an answer is good" | "Sekunden, die eine Antwort gilt";
    key_on_call_allow_http: "whether PagerDuty may be asked without TLS" | "ob PagerDuty ohne TLS gefragt werden darf";
    key_tickets_allow_http: "whether ticket systems may be asked without TLS" | "ob Ticketsysteme ohne TLS gefragt werden dürfen";
    key_tickets_systems: "systems that know tickets" | "Systeme, die Tickets kennen";
    key_telemetry_service_name: "the name under which this process reports" | "der Name, unter dem dieser Prozess berichtet";
}

impl Texts {
    /// What the key of this name is for; nothing where it is not known here.
    pub(crate) fn key_for(self, key: &str) -> Option<&'static str> {
        Some(match key {
            "http.listen" => self.key_http_listen(),
            "http.public_url" => self.key_http_public_url(),
            "http.calls_per_second_per_caller" => self.key_http_calls_per_second_per_caller(),
            "http.streams_per_caller" => self.key_http_streams_per_caller(),
            "database.url" => self.key_database_url(),
            "database.max_connections" => self.key_database_max_connections(),
            "broker.url" => self.key_broker_url(),
            "broker.prefix" => self.key_broker_prefix(),
            "aws.region" => self.key_aws_region(),
            "aws.endpoint_url" => self.key_aws_endpoint_url(),
            "aws.instance_arn" => self.key_aws_instance_arn(),
            "aws.identity_store_id" => self.key_aws_identity_store_id(),
            "aws.calls_per_second" => self.key_aws_calls_per_second(),
            "aws.outstanding" => self.key_aws_outstanding(),
            "aws.async_limit_covers_delete" => self.key_aws_async_limit_covers_delete(),
            "aws.outstanding_for_grants" => self.key_aws_outstanding_for_grants(),
            "aws.one_operation_per_permission_set_and_account" => {
                self.key_aws_one_operation_per_permission_set_and_account()
            }
            "aws.calls_per_second_alone" => self.key_aws_calls_per_second_alone(),
            "aws.call_timeout_s" => self.key_aws_call_timeout_s(),
            "aws.permission_set_tags" => self.key_aws_permission_set_tags(),
            "aws.management_account" => self.key_aws_management_account(),
            "aws.directory_every_s" => self.key_aws_directory_every_s(),
            "aws.directory_contents_every_s" => self.key_aws_directory_contents_every_s(),
            "aws_roles.grant" => self.key_aws_roles_grant(),
            "aws_roles.revocation" => self.key_aws_roles_revocation(),
            "aws_roles.backstop" => self.key_aws_roles_backstop(),
            "aws_roles.session_deny" => self.key_aws_roles_session_deny(),
            "aws_roles.directory" => self.key_aws_roles_directory(),
            "aws_roles.external_id" => self.key_aws_roles_external_id(),
            "backstop.role_arn" => self.key_backstop_role_arn(),
            "backstop.group" => self.key_backstop_group(),
            "backstop.prefix" => self.key_backstop_prefix(),
            "backstop.margin_minutes" => self.key_backstop_margin_minutes(),
            "backstop.spread_minutes" => self.key_backstop_spread_minutes(),
            "backstop.most_minutes" => self.key_backstop_most_minutes(),
            "backstop.every_minutes" => self.key_backstop_every_minutes(),
            "backstop.hours" => self.key_backstop_hours(),
            "backstop.dead_letter_arn" => self.key_backstop_dead_letter_arn(),
            "reconcile.every_s" => self.key_reconcile_every_s(),
            "reconcile.brake_least" => self.key_reconcile_brake_least(),
            "reconcile.brake_percent" => self.key_reconcile_brake_percent(),
            "oidc.issuer" => self.key_oidc_issuer(),
            "oidc.audience" => self.key_oidc_audience(),
            "oidc.user_claim" => self.key_oidc_user_claim(),
            "oidc.client_id" => self.key_oidc_client_id(),
            "oidc.client_secret" => self.key_oidc_client_secret(),
            "personas.admin_groups" => self.key_personas_admin_groups(),
            "personas.auditor_groups" => self.key_personas_auditor_groups(),
            "mail.smtp_url" => self.key_mail_smtp_url(),
            "mail.from" => self.key_mail_from(),
            "links.key" => self.key_links_key(),
            "receipts.key" => self.key_receipts_key(),
            "live_sessions.policy_id" => self.key_live_sessions_policy_id(),
            "live_sessions.inline_policy" => self.key_live_sessions_inline_policy(),
            "live_sessions.lag_s" => self.key_live_sessions_lag_s(),
            "live_sessions.margin_s" => self.key_live_sessions_margin_s(),
            "webhooks.allow_private" => self.key_webhooks_allow_private(),
            "api.base_url" => self.key_api_base_url(),
            "api.services" => self.key_api_services(),
            "portal.environment_tag" => self.key_portal_environment_tag(),
            "portal.aws_access_portal" => self.key_portal_aws_access_portal(),
            "offline.refresh_s" => self.key_offline_refresh_s(),
            "offline.at_once" => self.key_offline_at_once(),
            "requests.max_minutes" => self.key_requests_max_minutes(),
            "requests.default_minutes" => self.key_requests_default_minutes(),
            "requests.pending_minutes" => self.key_requests_pending_minutes(),
            "requests.start_within_days" => self.key_requests_start_within_days(),
            "requests.min_reason" => self.key_requests_min_reason(),
            "policy.second_person" => self.key_policy_second_person(),
            "emergency.second_person" => self.key_emergency_second_person(),
            "requests.severities" => self.key_requests_severities(),
            "approvals.fresh_check" => self.key_approvals_fresh_check(),
            "approvals.copy_minutes" => self.key_approvals_copy_minutes(),
            "on_call.pagerduty_url" => self.key_on_call_pagerduty_url(),
            "on_call.pagerduty_token" => self.key_on_call_pagerduty_token(),
            "on_call.remembered_s" => self.key_on_call_remembered_s(),
            "on_call.allow_http" => self.key_on_call_allow_http(),
            "tickets.allow_http" => self.key_tickets_allow_http(),
            "tickets.systems" => self.key_tickets_systems(),
            "telemetry.service_name" => self.key_telemetry_service_name(),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Language;

    #[actix_web::test]
    async fn every_key_is_explained_in_each_language_and_in_english_as_the_api_does() {
        let settings = testkit::api::settings(&testkit::Issuer::start().await, &[]);
        assert!(!settings.told.is_empty());
        for told in &settings.told {
            assert_eq!(Texts { language: Language::OF_THE_API }.key_for(told.key), Some(told.what));
            let german = Texts { language: Language::German }.key_for(told.key);
            assert!(german.is_some_and(|text| text != told.what), "{}", told.key);
        }
    }
}
