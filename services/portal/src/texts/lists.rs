//! Access, history and the audit log.

use super::catalogue;

catalogue! {
    access_title: "Active access" | "Aktive Zugriffe";
    access_mine: "Mine" | "Meine";
    access_all: "Everybody's" | "Alle";
    access_empty: "No access is active." | "Kein Zugriff ist aktiv.";
    history_title: "History" | "Verlauf";
    history_empty: "No request matches." | "Keine Anfrage passt.";
    any_state: "any" | "jeder";
    filter: "Filter" | "Filtern";
    filter_person: "Person" | "Person";
    requests_of(name): "Asked for by {name}, or for them." | "Angefragt von {name}, oder für diese Person.";
    views_title: "Saved views" | "Gespeicherte Ansichten";
    view_keep: "Keep this view" | "Diese Ansicht behalten";
    view_name: "Name of the view" | "Name der Ansicht";
    view_change: "Change" | "Ändern";
    view_change_this(name): "Change the view {name}" | "Die Ansicht {name} ändern";
    view_rename: "Rename" | "Umbenennen";
    view_delete: "Delete this view" | "Diese Ansicht löschen";
    view_delete_question(name): "Delete the view “{name}”?" | "Die Ansicht „{name}“ löschen?";
    without_person: "Look without the person" | "Ohne die Person ansehen";
    try_again: "Try again" | "Noch einmal versuchen";
    filter_since: "From" | "Von";
    filter_until: "To" | "Bis";
    whose: "Whose" | "Wessen";
    decided_at: "Decided" | "Entschieden";
    export_csv: "Export (CSV)" | "Export (CSV)";
    log_title: "Audit log" | "Protokoll";
    log_empty: "No entry matches." | "Kein Eintrag passt.";
    log_of_request: "Only entries of one request are shown." | "Nur Einträge einer Anfrage werden gezeigt.";
    log_all: "Show all" | "Alle zeigen";
    log_action: "Action" | "Handlung";
    log_actor: "By" | "Durch";
    log_data: "Data" | "Daten";
    log_about: "About" | "Betrifft";
}
