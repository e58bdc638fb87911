//! What is around every page, and pages that say one thing.

use super::catalogue;

catalogue! {
    skip: "Skip to the content" | "Zum Inhalt";
    sign_in: "Sign in" | "Anmelden";
    sign_out: "Sign out" | "Abmelden";
    main_navigation: "Main" | "Hauptmenü";
    nav_home: "Overview" | "Übersicht";
    nav_ask: "Ask" | "Anfragen";
    nav_approvals: "Approvals" | "Freigaben";
    nav_access: "Access" | "Zugriffe";
    nav_history: "History" | "Verlauf";
    nav_directory: "Directory" | "Verzeichnis";
    nav_setup: "Setup" | "Einrichtung";
    nav_oversight: "Oversight" | "Aufsicht";
    nav_audit_log: "Audit log" | "Protokoll";
    nav_sessions: "My sessions" | "Meine Sitzungen";
    nav_look: "Display" | "Darstellung";
    welcome_title: "Welcome" | "Willkommen";
    welcome_headline: "Access for as long as you need it" | "Zugriff, solange Sie ihn brauchen";
    welcome_text: "Ask for a permission set in an AWS account for a limited time. When the time is up, the access is gone."
        | "Fragen Sie ein Permission Set in einem AWS-Konto für begrenzte Zeit an. Ist die Zeit um, ist der Zugriff weg.";
    to_overview: "To the overview" | "Zur Übersicht";
    back: "Back" | "Zurück";
    not_now_title: "Not now" | "Nicht jetzt";
    not_now_text: "Something that Curfew needs is away. Please try again in a minute."
        | "Etwas, das Curfew braucht, ist gerade nicht erreichbar. Bitte versuchen Sie es in einer Minute noch einmal.";
    stale_title: "Please repeat that" | "Bitte wiederholen";
    stale_text: "The form is out of date, or it did not come from this page. Open the page again and repeat it. Nothing was changed."
        | "Das Formular ist veraltet oder kam nicht von dieser Seite. Öffnen Sie die Seite neu und wiederholen Sie es. Es wurde nichts geändert.";
    no_page_title: "No such page" | "Seite nicht gefunden";
    no_page_text: "There is nothing at this address." | "Unter dieser Adresse gibt es nichts.";
    no_right_title: "Not for you" | "Nicht für Sie";
    no_right_text(who): "This page is for {who}. Who belongs to them is decided in Identity Center." | "Diese Seite ist für {who}. Wer dazugehört, wird in Identity Center festgelegt.";
    admins_and_auditors: "admins and auditors" | "Admins und Auditoren";
    overseers_and_owners: "admins, auditors and owners of accounts" | "Admins, Auditoren und Eigentümer von Konten";
    not_signed_in: "Not signed in" | "Nicht angemeldet";
    session_is_over: "Your session is over, so nothing was changed. Sign in and repeat it."
        | "Ihre Sitzung ist vorbei, deshalb wurde nichts geändert. Melden Sie sich an und wiederholen Sie es.";
    sign_in_slow: "Signing in took too long or began in another browser. Please try it once more."
        | "Die Anmeldung hat zu lange gedauert oder begann in einem anderen Browser. Bitte versuchen Sie es noch einmal.";
    sign_in_other: "This answer belongs to another attempt to sign in. Please try it once more."
        | "Diese Antwort gehört zu einem anderen Anmeldeversuch. Bitte versuchen Sie es noch einmal.";
    sign_in_denied: "The sign-in provider did not let you in." | "Der Anmeldedienst hat Sie nicht hereingelassen.";
    sign_in_people: "Only people sign in here." | "Hier melden sich nur Menschen an.";
    sign_in_away: "The sign-in provider does not answer. Please try again in a minute."
        | "Der Anmeldedienst antwortet nicht. Bitte versuchen Sie es in einer Minute noch einmal.";
    sign_in_failed: "Signing in did not work. Please try it once more."
        | "Die Anmeldung ist fehlgeschlagen. Bitte versuchen Sie es noch einmal.";
    times_are_in(zone): "Times in {zone}, with UTC beside." | "Zeiten in {zone}, daneben UTC.";
    times_are_utc: "Times in UTC." | "Zeiten in UTC.";
    more_pages: "Further entries" | "Weitere Einträge";
    confirm_question: "This cannot be undone." | "Das lässt sich nicht zurücknehmen.";
    keep_it: "No, keep it" | "Nein, behalten";
    working: "Working on it …" | "Wird bearbeitet …";
    live_lost: "Not connected; this page may be out of date." | "Keine Verbindung; diese Seite ist vielleicht veraltet.";
    copied: "Copied" | "Kopiert";
    copy: "Copy" | "Kopieren";
}
