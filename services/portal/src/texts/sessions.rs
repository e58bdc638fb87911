//! My sessions, and how pages look.

use super::catalogue;

catalogue! {
    sessions_title: "My sessions" | "Meine Sitzungen";
    sessions_text: "Everywhere you are signed in to Curfew. A session ends after eight hours without use, and at the latest when your sign-in does."
        | "Überall, wo Sie bei Curfew angemeldet sind. Eine Sitzung endet nach acht Stunden ohne Nutzung und spätestens mit Ihrer Anmeldung.";
    session_this: "this browser" | "dieser Browser";
    session_browser: "Browser" | "Browser";
    session_begun: "Signed in" | "Angemeldet";
    session_seen: "Last used" | "Zuletzt benutzt";
    session_ends: "Ends" | "Endet";
    session_end: "Sign out" | "Abmelden";
    session_end_others: "Sign out everywhere else" | "Überall sonst abmelden";
    session_unknown: "unknown browser" | "unbekannter Browser";
    look_title: "Display" | "Darstellung";
    look_theme: "Colours" | "Farben";
    look_auto: "As the system" | "Wie das System";
    look_light: "Light" | "Hell";
    look_dark: "Dark" | "Dunkel";
    look_language: "Language" | "Sprache";
    look_language_auto: "As the browser" | "Wie der Browser";
    look_zone: "Time zone" | "Zeitzone";
    look_zone_hint: "Such as Europe/Berlin. Left empty: as the browser says." | "Etwa Europe/Berlin. Leer: wie der Browser sagt.";
    look_zone_bad: "There is no time zone of this name." | "Es gibt keine Zeitzone dieses Namens.";
    save: "Save" | "Speichern";
    look_kept: "Kept for you, wherever you sign in." | "Wird für Sie behalten, wo immer Sie sich anmelden.";
}
