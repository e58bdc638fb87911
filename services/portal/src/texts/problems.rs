//! Why something did not work.

use super::catalogue;

catalogue! {
    away: "Curfew does not answer at the moment. Please try again in a minute."
        | "Curfew antwortet gerade nicht. Bitte versuchen Sie es in einer Minute noch einmal.";
    own_request: "Nobody decides about their own request. Somebody else has to."
        | "Niemand entscheidet über die eigene Anfrage. Das muss jemand anders tun.";
    not_an_approver: "You are not among the approvers of this request any more."
        | "Sie gehören nicht mehr zu denen, die über diese Anfrage entscheiden.";
    no_longer_allowed: "It is no longer allowed, so it cannot be approved." | "Es ist nicht mehr erlaubt und kann deshalb nicht genehmigt werden.";
    no_longer_allowed_what(what, why): "{what}: {why}." | "{what}: {why}.";
    already_voted: "You have decided about this request before." | "Sie haben über diese Anfrage schon entschieden.";
    link_expired: "The time to decide is over." | "Die Zeit zum Entscheiden ist vorbei.";
    link_unknown: "The link is incomplete or was changed. Copy all of it from the mail."
        | "Der Link ist unvollständig oder verändert. Kopieren Sie ihn ganz aus der Mail.";
    link_of_somebody_else: "This link was sent to somebody else, and nobody decides with another person's link. If you are signed in with the wrong account, sign out first."
        | "Dieser Link wurde jemand anderem geschickt, und niemand entscheidet mit dem Link einer anderen Person. Sind Sie mit dem falschen Konto angemeldet, melden Sie sich zuerst ab.";
    unknown_user: "The directory of Identity Center does not know you (yet). It is read every few minutes."
        | "Das Verzeichnis von Identity Center kennt Sie (noch) nicht. Es wird alle paar Minuten gelesen.";
    disabled_user: "Your user is disabled." | "Ihr Benutzer ist deaktiviert.";
    name_taken: "Another one has this name." | "Diesen Namen gibt es schon.";
    bad_view_name: "A view has a name of at most 100 characters, and nobody has more than 50 views."
        | "Eine Ansicht hat einen Namen von höchstens 100 Zeichen, und niemand hat mehr als 50 Ansichten.";
    rate_limited: "Too many requests at once. Please try again in a moment."
        | "Zu viele Anfragen auf einmal. Bitte versuchen Sie es gleich noch einmal.";
    too_late(outcome): "You are too late: the request {outcome}. Nothing was changed."
        | "Sie kommen zu spät: Die Anfrage {outcome}. Es wurde nichts geändert.";
    grant_moved_on(state): "It has moved on meanwhile and is now: {state}. Nothing was changed."
        | "Es hat sich inzwischen geändert und ist jetzt: {state}. Es wurde nichts geändert.";
    time_was_up: "Its time was up before. Nothing was changed." | "Die Zeit war vorher um. Es wurde nichts geändert.";
    ends_too_soon: "It ends in a moment, and it is too late for more time. Ask anew." | "Der Zugriff endet gleich, für mehr Zeit ist es zu spät. Fragen Sie neu an.";
    changed_meanwhile: "It has changed meanwhile. Look again; nothing was changed by you." | "Es hat sich inzwischen geändert. Sehen Sie neu nach; von Ihnen wurde nichts geändert.";
    no_rule_allows(what, why): "No rule allows {what}. {why}." | "Keine Regel erlaubt {what}. {why}.";
    no_rule_there: "There is none" | "Es gibt keine";
    rules_for_others[count]: "{count} rule is for other people or about something else" / "{count} rules are for other people or about something else"
        | "{count} Regel gilt für andere Personen oder betrifft anderes" / "{count} Regeln gelten für andere Personen oder betreffen anderes";
    held_back(what, why): "{what} is held back. {why}." | "{what} wird zurückgehalten. {why}.";
    same_for_more(count): "The same goes for {count} more." | "Dasselbe gilt für {count} weitere.";
    break_glass_left: "A system that a rule asks does not answer. Break-glass is left." | "Ein System, das eine Regel fragt, antwortet nicht. Es bleibt der Notzugriff.";
    short_of(because, approvals, stage, there): "“{because}” needs {approvals} in stage {stage}; others who could give one: {there}."
        | "„{because}“ verlangt {approvals} in Stufe {stage}; andere, die zustimmen könnten: {there}.";
    review_overdue(at): "The review of your earlier break-glass was due {at}. Until a reviewer has done it, you can only have what is approved."
        | "Die Prüfung Ihres früheren Notzugriffs war fällig: {at}. Bis jemand geprüft hat, gibt es nur, was genehmigt wird.";
    reason_too_short[least]: "The reason needs at least {least} character." / "The reason needs at least {least} characters." | "Der Grund braucht mindestens {least} Zeichen." / "Der Grund braucht mindestens {least} Zeichen.";
    not_longer_than(duration): "At most {duration} are allowed." | "Erlaubt sind höchstens {duration}.";
    at_field(problem, field): "{problem} ({field})" | "{problem} ({field})";
    does_not_exist: "It does not exist, or you may not see it." | "Das gibt es nicht, oder Sie dürfen es nicht sehen.";
    // Each kind that has no better words, for readers of another language than the API's.
    problem_not_understood: "Curfew does not understand what this page sent." | "Curfew versteht nicht, was diese Seite gesendet hat.";
    problem_wrong_type: "A value is of the wrong type." | "Eine Angabe ist von der falschen Art.";
    problem_missing_field: "Something is missing." | "Eine Angabe fehlt.";
    problem_invalid_value: "A value is not possible here." | "Eine Angabe ist hier nicht möglich.";
    problem_too_large: "That is too much at once." | "Das ist zu viel auf einmal.";
    problem_query: "This cannot be looked for so." | "So lässt sich nicht suchen.";
    problem_in_progress: "The same is still at work. Please look again in a moment." | "Dasselbe läuft noch. Bitte sehen Sie gleich noch einmal nach.";
    problem_too_many_streams: "Too many pages of yours are open." | "Sie haben zu viele Seiten offen.";
    problem_sign_in: "Please sign in anew." | "Bitte melden Sie sich neu an.";
    problem_user_required: "Only a person may do this." | "Das darf nur ein Mensch.";
    problem_admin_required: "Only an admin may do this." | "Das darf nur ein Admin.";
    problem_auditor_required: "Only an auditor or an admin may do this." | "Das dürfen nur Auditoren und Admins.";
    problem_forbidden: "You may not do this." | "Das dürfen Sie nicht.";
    problem_unknown_account: "There is no such account in the organization." | "Dieses Konto gibt es in der Organisation nicht.";
    problem_unknown_set: "There is no such permission set." | "Dieses Permission Set gibt es nicht.";
    problem_unknown_beneficiary: "The directory does not know the person who would have the access." | "Das Verzeichnis kennt die Person nicht, die den Zugriff hätte.";
    problem_duration_zero: "A duration has at least one minute." | "Eine Dauer hat mindestens eine Minute.";
    problem_duration_long: "That is longer than anybody may have it." | "So lange darf es niemand haben.";
    problem_start_past: "The start lies in the past." | "Der Beginn liegt in der Vergangenheit.";
    problem_start_far: "The start lies too far ahead." | "Der Beginn liegt zu weit voraus.";
    problem_reason_short: "The reason is too short." | "Der Grund ist zu kurz.";
    problem_reason_long: "The reason is too long." | "Der Grund ist zu lang.";
    problem_comment_long: "The comment is too long." | "Der Kommentar ist zu lang.";
    problem_ticket: "The ticket is not usable." | "Das Ticket ist so nicht brauchbar.";
    problem_control: "A text holds characters that nobody can see. Type it instead of pasting it." | "Ein Text enthält unsichtbare Zeichen. Tippen Sie ihn, statt ihn einzufügen.";
    problem_no_pairs: "Choose at least one." | "Wählen Sie mindestens eines.";
    problem_many_pairs: "That is more than fits into one request." | "Das ist mehr, als in eine Anfrage passt.";
    problem_twice: "The same is asked for twice." | "Dasselbe ist doppelt angefragt.";
    problem_inactive_account: "The account is not in use." | "Das Konto ist nicht in Gebrauch.";
    problem_unknown_group: "The directory does not know a group that is named." | "Das Verzeichnis kennt eine genannte Gruppe nicht.";
    problem_unknown_person: "The directory does not know a person who is named." | "Das Verzeichnis kennt eine genannte Person nicht.";
    problem_invalid_policy: "Something is wrong with it; nothing was changed." | "Etwas stimmt nicht; es wurde nichts geändert.";
    problem_unknown_unit: "There is no such organizational unit." | "Diese Organisationseinheit gibt es nicht.";
    problem_unknown_policy: "There is no such approval policy." | "Diese Freigaberichtlinie gibt es nicht.";
    problem_unknown_schedule: "There is no such schedule." | "Diesen Dienstplan gibt es nicht.";
    problem_unknown_tickets: "There is no such ticket system." | "Dieses Ticketsystem gibt es nicht.";
    problem_invalid_document: "What it says could never work." | "Was darin steht, könnte nie gelten.";
    problem_management_account: "Rules do not reach the management account here." | "Regeln reichen hier nicht bis zum Verwaltungskonto.";
    problem_id_taken: "There is one with this id already." | "Diese Id gibt es schon.";
    problem_in_use: "Others stand on it." | "Anderes baut darauf auf.";
    problem_own_change: "Nobody agrees to their own change. A second admin has to." | "Niemand stimmt der eigenen Änderung zu. Das muss ein zweiter Admin.";
    problem_extension_pending: "Another request for more time waits for its decision." | "Eine andere Anfrage nach mehr Zeit wartet noch auf ihre Entscheidung.";
    problem_unknown_severity: "There is no such severity here." | "Diese Dringlichkeit gibt es hier nicht.";
    problem_not_break_glass: "There is no such break-glass rule." | "Eine solche Regel für Notzugriff gibt es nicht.";
    problem_review_overdue: "The review of an earlier break-glass is overdue." | "Die Prüfung eines früheren Notzugriffs ist überfällig.";
    problem_not_eligible: "No rule allows this." | "Keine Regel erlaubt das.";
    problem_template: "This template could never be asked for." | "Diese Vorlage ließe sich nie anfragen.";
    problem_incident: "The incident is not usable." | "Der Vorfall ist so nicht brauchbar.";
    problem_own_review: "Nobody reviews their own access." | "Niemand prüft den eigenen Zugriff.";
    problem_not_reviewer: "You are not among the reviewers of this." | "Sie gehören nicht zu denen, die das prüfen.";
    problem_beneficiary_disabled: "The person who would have the access is disabled." | "Die Person, die den Zugriff hätte, ist deaktiviert.";
    problem_stage: "An earlier stage waits for its votes." | "Eine frühere Stufe wartet noch auf ihre Stimmen.";
    problem_together: "This is decided together with the rest of the request." | "Darüber wird zusammen mit dem Rest der Anfrage entschieden.";
    problem_not_asked: "The request does not ask for this." | "Das fragt die Anfrage nicht an.";
    problem_outside: "It is not inside the time that was asked for." | "Es liegt nicht in der angefragten Zeit.";
    problem_membership: "Nobody can say just now whether you may decide. Please try again in a minute." | "Gerade kann niemand sagen, ob Sie entscheiden dürfen. Bitte versuchen Sie es in einer Minute noch einmal.";
    problem_delegation_self: "Nobody stands in for themselves." | "Niemand vertritt sich selbst.";
    problem_delegation_circle: "People would stand in for each other in a circle." | "Personen würden einander im Kreis vertreten.";
    problem_delegation_overlaps: "The same person stands in at this time already." | "Dieselbe Person vertritt zu dieser Zeit schon.";
    problem_stale: "Somebody else changed it in between. Look again; nothing of yours was written." | "Jemand hat es inzwischen geändert. Sehen Sie neu nach; von Ihnen wurde nichts geschrieben.";
    problem_address: "The address is not usable." | "Die Adresse ist nicht brauchbar.";
    problem_private_address: "The address is not a public one." | "Die Adresse ist keine öffentliche.";
    problem_internal(id): "Something went wrong in Curfew; it is in the log as {id}." | "In Curfew ist etwas schiefgegangen; im Log steht es als {id}.";
}
