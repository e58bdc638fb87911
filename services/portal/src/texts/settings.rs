//! How the installation is set.

use super::catalogue;

catalogue! {
    nav_settings: "Settings" | "Einstellungen";
    settings_title: "Settings" | "Einstellungen";
    settings_text: "As they count now. They are changed where Curfew runs, in its file or environment, and hold from its next start."
        | "Wie sie jetzt gelten. Geändert werden sie dort, wo Curfew läuft, in seiner Datei oder Umgebung, und gelten ab dem nächsten Start.";
    settings_limits: "Limits" | "Grenzen";
    settings_longest: "The longest access" | "Der längste Zugriff";
    settings_proposed: "Proposed duration" | "Vorgeschlagene Dauer";
    settings_pending: "An undecided request times out after" | "Eine unentschiedene Anfrage läuft ab nach";
    settings_ahead: "A start may lie ahead" | "Ein Beginn darf voraus liegen";
    settings_reason: "A reason has at least" | "Ein Grund hat mindestens";
    settings_characters[count]: "{count} character" / "{count} characters" | "{count} Zeichen" / "{count} Zeichen";
    settings_severities: "Severities" | "Dringlichkeiten";
    settings_changes_two: "A second admin for changes" | "Ein zweiter Admin für Änderungen";
    settings_emergency_two: "A second admin for emergencies" | "Ein zweiter Admin für Notfälle";
    settings_two_loosening: "where they loosen anything" | "wo sie etwas lockern";
    settings_two_resume: "to let new access begin again" | "um neuen Zugriff wieder beginnen zu lassen";
    settings_two_always: "always" | "immer";
    settings_two_never: "never" | "nie";
    settings_backstop: "Backstop inside AWS" | "Auffangnetz in AWS";
    settings_on: "on" | "an";
    settings_off: "off" | "aus";
    settings_integrations: "Other systems" | "Andere Systeme";
    settings_kind_tickets: "tickets" | "Tickets";
    settings_kind_on_call: "on call" | "Bereitschaft";
    settings_answers: "answers" | "antwortet";
    settings_silent: "does not answer" | "antwortet nicht";
    settings_configured: "configured; asked when one of its schedules is needed" | "eingerichtet; wird gefragt, sobald ein Dienstplan davon gebraucht wird";
    settings_not_configured: "not configured" | "nicht eingerichtet";
    settings_contents: "On this page" | "Auf dieser Seite";
    settings_keys: "Every key" | "Jeder Schlüssel";
    settings_keys_said(count, set): "keys: {count}, set: {set}" | "Schlüssel: {count}, gesetzt: {set}";
    settings_keys_none: "No key matches." | "Kein Schlüssel passt.";
    settings_only_set: "Only what is set" | "Nur was gesetzt ist";
    settings_default(value): "otherwise {value}" | "sonst {value}";
    settings_nothing: "nothing" | "nichts";
    settings_deciding: "Asking and deciding" | "Anfragen und Entscheiden";
    settings_aws: "AWS" | "AWS";
    settings_people: "People and pages" | "Personen und Seiten";
    settings_telling: "Telling and proving" | "Mitteilen und Belegen";
    settings_running: "Running" | "Betrieb der Dienste";
    settings_key: "Key" | "Schlüssel";
    settings_value: "Value" | "Wert";
    settings_source: "From" | "Aus";
    settings_from_file: "file" | "Datei";
    settings_from_environment: "environment" | "Umgebung";
    settings_from_default: "as Curfew is made" | "Standard";
    settings_secret: "a secret, not shown" | "ein Geheimnis, nicht gezeigt";
    settings_secret_unset: "a secret, not set" | "ein Geheimnis, nicht gesetzt";
    settings_find: "Part of the key" | "Teil des Schlüssels";
}
