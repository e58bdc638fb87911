//! Asking.

use super::catalogue;

catalogue! {
    ask_title: "Ask for access" | "Zugriff anfragen";
    find_label: "Account and permission set" | "Konto und Permission Set";
    find_hint: "A part of the account's name, number, unit or tag, or of the permission set" | "Ein Teil von Name, Nummer, Einheit oder Tag des Kontos oder des Permission Sets";
    find_button: "Find" | "Suchen";
    found_none(q): "Nothing that you may ask for matches “{q}”." | "Nichts, das Sie anfragen dürfen, passt zu „{q}“.";
    found_more[count]: "{count} more account matches; type more of the name." / "{count} more accounts match; type more of the name."
        | "{count} weiteres Konto passt; tippen Sie mehr vom Namen." / "{count} weitere Konten passen; tippen Sie mehr vom Namen.";
    found_results: "What you may ask for" | "Was Sie anfragen dürfen";
    nothing_eligible: "No rule lets you ask for anything at the moment." | "Keine Regel lässt Sie gerade etwas anfragen.";
    nothing_eligible_more: "Your admins decide who may ask for what. If you expected something here, ask them." | "Ihre Admins legen fest, wer was anfragen darf. Haben Sie hier etwas erwartet, fragen Sie sie.";
    nothing_eligible_for: "No rule lets you ask for anything for this person." | "Keine Regel lässt Sie für diese Person etwas anfragen.";
    for_somebody_else: "For somebody else?" | "Für jemand anderen?";
    for_person_text: "They would have the access; what is possible and who decides is shown for them." | "Diese Person hätte den Zugriff; was möglich ist und wer entscheidet, wird für sie gezeigt.";
    for_myself: "For myself instead" | "Doch für mich";
    find_person: "Who shall have it" | "Wer es haben soll";
    find_person_hint: "A part of the person's name" | "Ein Teil des Namens der Person";
    people_found: "People" | "Personen";
    nobody_found(who): "Nobody else matches “{who}”." | "Niemand sonst passt zu „{who}“.";
    more_people: "More people match; type more of the name." | "Weitere Personen passen; tippen Sie mehr vom Namen.";
    chosen: "Asked for" | "Angefragt";
    chosen_none: "Choose at least one." | "Wählen Sie mindestens eines.";
    drop: "Remove" | "Entfernen";
    recent: "Again" | "Noch einmal";
    templates: "Templates" | "Vorlagen";
    template_delete: "Forget this template" | "Diese Vorlage vergessen";
    how_long: "How long" | "Wie lange";
    other_duration: "Other" | "Andere";
    other_duration_hint: "such as 45, 1h30 or 90 min" | "etwa 45, 1h30 oder 90 min";
    at_most(duration): "at most {duration}" | "höchstens {duration}";
    start: "Start" | "Beginn";
    start_now: "As soon as it is approved" | "Sobald genehmigt";
    start_later: "Later" | "Später";
    start_at(zone): "Day and time ({zone})" | "Tag und Zeit ({zone})";
    reason: "Reason" | "Grund";
    reason_hint[least]: "At least {least} character. The approvers and the audit log show it." / "At least {least} characters. The approvers and the audit log show it."
        | "Mindestens {least} Zeichen. Wer entscheidet, sieht ihn, und das Protokoll zeigt ihn." / "Mindestens {least} Zeichen. Wer entscheidet, sieht ihn, und das Protokoll zeigt ihn.";
    ticket_optional: "Ticket, if there is one" | "Ticket, wenn es eines gibt";
    check: "Check" | "Prüfen";
    send: "Ask" | "Anfragen";
    take_break_glass(name): "Take it now as break-glass by “{name}”" | "Jetzt als Notzugriff nach „{name}“ nehmen";
    take_break_glass_text(duration): "At once, for at most {duration}, told to many, and a second person looks at it afterwards." | "Sofort, höchstens {duration}, vielen gemeldet, und eine zweite Person prüft es danach.";
    take_break_glass_title: "Is there no time to ask?" | "Keine Zeit zu fragen?";
    preview_title: "What will happen" | "Was geschehen wird";
    preview_automatic: "Nobody has to decide. The access is added at once." | "Niemand muss entscheiden. Der Zugriff wird sofort eingerichtet.";
    preview_people: "These are asked:" | "Gefragt werden:";
    preview_group(name): "the group {name}" | "die Gruppe {name}";
    preview_on_duty(name): "{name}, on duty now" | "{name}, gerade im Dienst";
    preview_schedule: "whoever is on duty" | "wer Dienst hat";
    preview_refused: "As it stands it would be refused." | "So, wie es ist, würde es abgelehnt.";
    preview_impossible: "There are too few people who could approve it." | "Es gibt zu wenige, die es genehmigen könnten.";
    preview_nothing: "Choose what you need, and you see who will decide and for how long you may have it." | "Wählen Sie, was Sie brauchen, dann sehen Sie, wer entscheidet und wie lange Sie es haben können.";
    preview_longest(duration): "At most {duration}." | "Höchstens {duration}.";
    preview_needs[votes]: "{votes} of them must agree" / "{votes} of them must agree" | "{votes} davon muss zustimmen" / "{votes} davon müssen zustimmen";
    preview_then: "then" | "danach";
    preview_manager: "the manager" | "die Führungskraft";
    preview_owners: "the account's owners" | "die Eigentümer des Kontos";
    why_not: "Why not" | "Warum nicht";
    not_asked_title: "Not asked yet" | "Noch nicht angefragt";
    bad_duration: "This is no duration. Write minutes, or hours and minutes such as 1h30." | "Das ist keine Dauer. Schreiben Sie Minuten, oder Stunden und Minuten wie 1h30.";
    bad_start: "This is no day and time." | "Das ist kein Tag mit Uhrzeit.";
    no_duration: "Say how long." | "Sagen Sie, wie lange.";
}
