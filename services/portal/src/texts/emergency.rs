//! The emergency button, and that new access is paused.

use super::catalogue;

catalogue! {
    nav_emergency: "Emergency" | "Notfall";
    emergency_title: "Emergency" | "Notfall";
    emergency_text: "What is ended here is removed from AWS at once, whatever its deadline. A pause lets nothing new begin; ends, deadlines and removals go on."
        | "Was hier beendet wird, wird sofort aus AWS entfernt, was immer sein Ende war. Eine Pause lässt nichts Neues beginnen; Enden, Fristen und Entfernungen gehen weiter.";
    emergency_read_only: "You may look; acting is for admins." | "Sie dürfen ansehen; handeln dürfen Admins.";
    access_begins: "New access begins as usual." | "Neuer Zugriff beginnt wie immer.";
    paused_since: "New access is paused" | "Neuer Zugriff ist angehalten";
    paused_by_whom(who): "by {who}" | "von {who}";
    paused_for_all: "New access does not begin just now. You can ask; it begins once that is over."
        | "Neuer Zugriff beginnt gerade nicht. Sie können anfragen; er beginnt, sobald das vorbei ist.";
    end_title: "End access" | "Zugriff beenden";
    end_what: "Whose, or where" | "Wessen, oder wo";
    end_of_person: "A person's, everywhere" | "Einer Person, überall";
    end_of_account: "Everybody's in an account" | "Aller in einem Konto";
    end_of_all: "Everybody's, everywhere" | "Aller, überall";
    end_person: "Person" | "Person";
    end_person_hint: "A part of the name, or what they sign in with" | "Ein Teil des Namens, oder womit sie sich anmelden";
    end_account: "Account" | "Konto";
    end_account_hint: "Its number or name" | "Seine Nummer oder sein Name";
    also_pause: "Also let nothing new begin" | "Auch nichts Neues beginnen lassen";
    pause_title: "New access" | "Neuer Zugriff";
    pause_it: "Pause" | "Anhalten";
    resume_it: "Let it begin again" | "Wieder beginnen lassen";
    emergency_why: "Why, at least 10 characters; everybody who oversees Curfew reads it" | "Warum, mindestens 10 Zeichen; alle, die Curfew beaufsichtigen, lesen es";
    look_first: "Look what it would end" | "Ansehen, was es beenden würde";
    say_who: "Say who." | "Sagen Sie, wer.";
    say_where: "Say which account." | "Sagen Sie, welches Konto.";
    end_all_of(who): "End all access of {who}?" | "Jeden Zugriff von {who} beenden?";
    end_all_in(place): "End all access in {place}?" | "Jeden Zugriff in {place} beenden?";
    end_all: "End all access of everybody?" | "Jeden Zugriff von allen beenden?";
    pause_question: "Let no new access begin?" | "Keinen neuen Zugriff beginnen lassen?";
    resume_question: "Let new access begin again?" | "Neuen Zugriff wieder beginnen lassen?";
    would_end_label: "Access" | "Zugriffe";
    would_end_count(grants, people, accounts): "{grants} (of {people}, in {accounts})" | "{grants} (von {people}, in {accounts})";
    would_close: "Undecided requests" | "Unentschiedene Anfragen";
    would_pause: "New access" | "Neuer Zugriff";
    would_pause_yes: "nothing new begins" | "nichts Neues beginnt";
    would_resume_yes: "begins again" | "beginnt wieder";
    nothing_in_scope: "Just now there is nothing that would end." | "Gerade gibt es nichts, das enden würde.";
    second_admin_needed: "A second admin has to agree before it is in force." | "Ein zweiter Admin muss zustimmen, bevor es gilt.";
    at_once: "It is in force at once." | "Es gilt sofort.";
    emergency_do: "Yes, do it" | "Ja, ausführen";
    emergency_propose: "Ask a second admin" | "Einen zweiten Admin fragen";
    emergency_agree: "Agree; it is in force at once" | "Zustimmen; es gilt sofort";
    emergency_refuse: "Refuse" | "Ablehnen";
    emergency_withdraw: "Withdraw" | "Zurückziehen";
    emergency_waits: "Waits for a second admin" | "Wartet auf einen zweiten Admin";
    emergency_waits_for_you(who): "{who} asks for your agreement." | "{who} bittet um Ihre Zustimmung.";
    emergency_waits_for_others: "You asked for it; another admin has to agree." | "Sie haben es verlangt; ein anderer Admin muss zustimmen.";
    emergency_running: "Being carried out" | "Wird ausgeführt";
    emergency_done: "Done" | "Erledigt";
    emergency_refused: "Refused" | "Abgelehnt";
    emergency_withdrawn: "Withdrawn" | "Zurückgezogen";
    emergency_alone: "by one admin; there was no second one" | "von einem Admin; es gab keinen zweiten";
    emergency_uses: "Earlier uses" | "Frühere Fälle";
    emergency_none: "The button was never used." | "Der Notschalter wurde nie benutzt.";
    emergency_ended[count]: "{count} access ended" / "{count} accesses ended" | "{count} Zugriff beendet" / "{count} Zugriffe beendet";
    emergency_closed[count]: "{count} request closed" / "{count} requests closed" | "{count} Anfrage geschlossen" / "{count} Anfragen geschlossen";
    emergency_so_far: "So far" | "Bisher";
    emergency_by: "Asked for by" | "Verlangt von";
    emergency_second: "Second admin" | "Zweiter Admin";
    emergency_what: "What" | "Was";
    emergency_person(who): "Access of {who} ends" | "Zugriff von {who} endet";
    emergency_account(place): "Access in {place} ends" | "Zugriff in {place} endet";
    emergency_everything: "All access ends" | "Jeder Zugriff endet";
    emergency_pauses: "New access is paused" | "Neuer Zugriff wird angehalten";
    emergency_resumes: "New access begins again" | "Neuer Zugriff beginnt wieder";
    refresh: "Look again" | "Neu ansehen";
}
