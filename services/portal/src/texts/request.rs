//! A request's page, and what is done from it.

use super::catalogue;

catalogue! {
    request_title: "Request" | "Anfrage";
    access_for(who): "Access for {who}" | "Zugriff für {who}";
    break_glass_for(who): "Break-glass: Access for {who}" | "Notzugriff: Zugriff für {who}";
    break_glass_told: "This access was taken without asking anybody. A second person owes it a review."
        | "Dieser Zugriff wurde genommen, ohne jemanden zu fragen. Eine zweite Person muss ihn noch prüfen.";
    no_request: "No such request" | "Keine solche Anfrage";
    what_happened: "What happened" | "Was geschah";
    asked_for_it(who): "{who} asked" | "{who} hat angefragt";
    taken_by(who): "{who} took it as break-glass" | "{who} hat Notzugriff genommen";
    said_yes(who): "{who} approved" | "{who} hat zugestimmt";
    said_no(who): "{who} rejected" | "{who} hat abgelehnt";
    for_somebody(who): "standing in for {who}" | "in Vertretung von {who}";
    by_link_alone: "by the mail's link alone" | "nur mit dem Link der Mail";
    narrowed_to(duration): "allowed {duration}" | "erlaubt {duration}";
    asked_question(who): "{who} asks" | "{who} fragt";
    commented(who): "{who} says" | "{who} sagt";
    was_approved: "Approved" | "Genehmigt";
    was_approved_by_rule: "Approved by rule; nobody had to be asked" | "Nach Regel genehmigt; niemand musste gefragt werden";
    was_rejected: "Rejected" | "Abgelehnt";
    was_cancelled: "Cancelled" | "Zurückgezogen";
    was_timed_out: "Timed out: nobody decided in time" | "Abgelaufen: Niemand hat rechtzeitig entschieden";
    became_active: "Access is there" | "Zugriff ist da";
    is_scheduled: "Access begins" | "Zugriff beginnt";
    will_end: "Access ends" | "Zugriff endet";
    will_time_out: "Times out undecided" | "Läuft unentschieden ab";
    has_ended(why): "Access is gone: {why}" | "Zugriff ist weg: {why}";
    in_future: "to come" | "steht bevor";
    access: "Access" | "Zugriff";
    open_console: "Open in the AWS access portal" | "Im AWS-Zugriffsportal öffnen";
    command_line: "Command line" | "Kommandozeile";
    take_back: "Cancel" | "Zurückziehen";
    take_back_question: "Cancel this request?" | "Diese Anfrage zurückziehen?";
    take_back_text: "Nobody decides about it any more. You can ask again." | "Niemand entscheidet mehr darüber. Sie können neu anfragen.";
    end_question(what): "End {what} now?" | "{what} jetzt beenden?";
    end_text: "The access is removed from AWS at once. Should you need it again, you have to ask again."
        | "Der Zugriff wird sofort aus AWS entfernt. Brauchen Sie ihn wieder, müssen Sie neu anfragen.";
    end_it: "End it now" | "Jetzt beenden";
    revoke: "Revoke" | "Entziehen";
    revoke_question(what, who): "Revoke {what} of {who}?" | "{what} von {who} entziehen?";
    revoke_text: "It is removed from AWS at once, with every other access to the same. The person is told."
        | "Es wird sofort aus AWS entfernt, mit jedem anderen Zugriff auf dasselbe. Die Person erfährt es.";
    revoke_why: "Why (the person reads it)" | "Warum (die Person liest es)";
    revoke_it: "Revoke it now" | "Jetzt entziehen";
    extend_title(what): "More time for {what}" | "Mehr Zeit für {what}";
    extend_text: "The deadline does not wait for the answer." | "Das Ende wartet nicht auf die Antwort.";
    extend_by: "How much longer" | "Wie viel länger";
    extend_it: "Ask for more time" | "Mehr Zeit anfragen";
    say_something: "Say something" | "Etwas sagen";
    trace_title: "What the rules said" | "Was die Regeln sagten";
    others_not_told[count]: "{count} more is for other people or about something else." / "{count} more are for other people or about something else."
        | "Eine weitere ist für andere Personen oder betrifft anderes." / "{count} weitere sind für andere Personen oder betreffen anderes.";
    evidence_title: "Evidence" | "Nachweis";
    audit_log_of: "Its entries in the audit log" | "Ihre Einträge im Protokoll";
    nothing_changed: "Nothing was changed" | "Es wurde nichts geändert";
    asked_narrowed(asked): "{asked} was asked for" | "{asked} wurde angefragt";
    reviews_title: "Reviews you owe" | "Prüfungen, die auf Sie warten";
    review_title: "Review" | "Prüfung";
    review_text: "Nobody was asked about this access. Look at what was done, and say what you saw." | "Zu diesem Zugriff wurde niemand gefragt. Sehen Sie an, was getan wurde, und sagen Sie, was Sie sahen.";
    review_due: "A review is due" | "Eine Prüfung ist fällig";
    review_until: "Due" | "Fällig";
    review_passed(who): "{who} reviewed it: in order" | "{who} hat geprüft: in Ordnung";
    review_raised(who): "{who} reviewed it: something was not in order" | "{who} hat geprüft: etwas war nicht in Ordnung";
    review_pass: "In order" | "In Ordnung";
    review_raise: "Something was not in order" | "Etwas war nicht in Ordnung";
    review_comment: "What you saw (needed where something was not in order)" | "Was Sie sahen (nötig, wo etwas nicht in Ordnung war)";
    review_late: "late" | "überfällig";
    automatic_approval: "Automatic approval" | "Automatische Genehmigung";
    paused: "New access does not begin just now; this one begins once that is over." | "Neuer Zugriff beginnt gerade nicht; dieser beginnt, sobald das vorbei ist.";
    keep_template: "Keep as a template" | "Als Vorlage behalten";
    template_name: "Name" | "Name";
    decided_in_stages: "Approval" | "Freigabe";
}
