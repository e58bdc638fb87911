//! The overview.

use super::catalogue;

catalogue! {
    home_title: "Overview" | "Übersicht";
    your_access: "Your access now" | "Ihr Zugriff jetzt";
    your_access_empty: "You have no access at the moment." | "Sie haben gerade keinen Zugriff.";
    your_requests: "Your requests" | "Ihre Anfragen";
    your_requests_empty: "You have not asked for anything yet." | "Sie haben noch nichts angefragt.";
    ask_for_access: "Ask for access" | "Zugriff anfragen";
    ends_in: "Ends in" | "Endet in";
    until: "until" | "bis";
    starts: "Starts" | "Beginnt";
    expected: "Expected" | "Erwartet";
    end_now: "End" | "Beenden";
    extend: "Extend" | "Verlängern";
    asked_at: "Asked" | "Angefragt";
    for_how_long: "For" | "Für";
    who: "Who" | "Wer";
    what: "What" | "Was";
    why: "Why" | "Warum";
    when: "When" | "Wann";
    state: "State" | "Stand";
    from: "From" | "Ab";
    ticket: "Ticket" | "Ticket";
    severity: "Severity" | "Dringlichkeit";
    asked_by: "Asked by" | "Angefragt von";
    asked_by_person(name): "asked by {name}" | "angefragt von {name}";
    break_glass_owed: "Nobody was asked; a review is owed" | "Niemand wurde gefragt; eine Prüfung steht aus";
    again: "Ask again" | "Noch einmal anfragen";
    all_requests: "All your requests" | "Alle Ihre Anfragen";
    more_time(duration): "{duration} more" | "{duration} mehr";
    and_more_pairs(count): "and {count} more" | "und {count} weitere";
}
