//! Operations, rules, and who can get what.

use super::catalogue;

catalogue! {
    nav_accounts: "Accounts" | "Konten";
    accounts_find: "Name, number, unit or tag" | "Name, Nummer, Einheit oder Tag";
    accounts_none: "No account matches." | "Kein Konto passt.";
    accounts_number: "Number" | "Nummer";
    accounts_unit: "Unit" | "Einheit";
    owned_title: "Your accounts" | "Ihre Konten";
    owned_text: "Accounts that you own, or that lie in a unit that you own." | "Konten, die Ihnen gehören oder in einer Einheit liegen, die Ihnen gehört.";
    holders_title: "Who has access now" | "Wer jetzt Zugriff hat";
    holders_none: "Nobody has access here by Curfew." | "Niemand hat hier über Curfew Zugriff.";
    account_who: "Who can get access" | "Wer Zugriff bekommen kann";
    owner_required: "That is for owners of the account, auditors and admins." | "Das ist für Eigentümer des Kontos, Auditoren und Admins.";
    nav_rules: "Rules" | "Regeln";
    nav_operations: "Operations" | "Betrieb";
    operations_title: "Operations" | "Betrieb";
    all_well: "Everything that should be gone is gone, nothing is parked, and new access begins."
        | "Alles, was weg sein soll, ist weg, nichts ist geparkt, und neuer Zugriff beginnt.";
    overdue_access[count]: "{count} access should be gone and is not." / "{count} accesses should be gone and are not."
        | "{count} Zugriff sollte weg sein und ist es nicht." / "{count} Zugriffe sollten weg sein und sind es nicht.";
    since: "since" | "seit";
    paused_by(source): "New access is paused by {source}" | "Neuer Zugriff ist angehalten von {source}";
    paused_by_admins: "Admins have paused new access" | "Admins haben neuen Zugriff angehalten";
    parked_title: "Parked" | "Geparkt";
    parked_none: "Nothing is parked." | "Nichts ist geparkt.";
    parked_help: "What helps" | "Was hilft";
    parked_retry: "Try again now" | "Jetzt erneut versuchen";
    parked_assignment: "Assignment in AWS" | "Zuweisung in AWS";
    parked_grant: "Access" | "Zugriff";
    parked_message: "Message" | "Nachricht";
    parked_delivery: "Delivery" | "Zustellung";
    parked_fact: "Fact" | "Ereignis";
    parked_assignment_help: "Mend what AWS complains about (rights, quotas, a suspended account), then try again; Curfew tries on meanwhile."
        | "Beheben Sie, was AWS bemängelt (Rechte, Quoten, ein gesperrtes Konto), dann erneut versuchen; Curfew versucht es weiter.";
    parked_grant_help: "Mend what AWS complained about, then try again inside the time that was approved; no new votes are needed."
        | "Beheben Sie, was AWS bemängelt hat, dann innerhalb der genehmigten Zeit erneut versuchen; neue Stimmen sind nicht nötig.";
    parked_message_help: "Upgrade or mend what could not take it, then try again; it goes to its queue again."
        | "Aktualisieren oder beheben Sie, was sie nicht annehmen konnte, dann erneut versuchen; sie geht wieder in ihre Warteschlange.";
    parked_delivery_help: "Mend the endpoint or the mail server, then try again; it goes out again with the same id."
        | "Beheben Sie das Ziel oder den Mailserver, dann erneut versuchen; sie geht mit derselben Id noch einmal hinaus.";
    parked_fact_help: "Look after RabbitMQ; nothing is lost, and the facts leave as soon as it takes them."
        | "Sehen Sie nach RabbitMQ; es geht nichts verloren, und die Ereignisse gehen hinaus, sobald es sie annimmt.";
    drift_overdue: "over and still shown by AWS; being removed" | "vorbei und in AWS noch zu sehen; wird entfernt";
    drift_orphaned: "made by Curfew and unknown to it; taken in and removed" | "von Curfew angelegt und ihm unbekannt; wird aufgenommen und entfernt";
    drift_vanished: "removed outside Curfew" | "außerhalb von Curfew entfernt";
    drift_foreign: "made outside Curfew; left alone" | "außerhalb von Curfew angelegt; bleibt unberührt";
    drift_title: "Drift (differences to AWS)" | "Drift (Unterschiede zu AWS)";
    drift_none: "No difference is open." | "Kein Unterschied ist offen.";
    limits_title: "Limits of AWS" | "Grenzen von AWS";
    limit_rate(percent): "{percent} % of the allowed calls a second may be used; less while AWS throttles" | "{percent} % der erlaubten Aufrufe je Sekunde; weniger, während AWS drosselt";
    limit_creations[count]: "{count} creation under way" / "{count} creations under way" | "{count} Zuweisung wird angelegt" / "{count} Zuweisungen werden angelegt";
    limit_deletions[count]: "{count} removal under way" / "{count} removals under way" | "{count} Zuweisung wird entfernt" / "{count} Zuweisungen werden entfernt";
    limit_throttled[count]: "{count} throttle since the beginning" / "{count} throttles since the beginning" | "{count} Drosselung seit Beginn" / "{count} Drosselungen seit Beginn";
    limit_to_add(seconds): "AWS takes {seconds} s to add access" | "AWS braucht {seconds} s, um Zugriff anzulegen";
    limit_to_remove(seconds): "AWS takes {seconds} s to remove access" | "AWS braucht {seconds} s, um Zugriff zu entfernen";
    backstop_title: "Backstop" | "Auffangnetz";
    backstop_off: "It is not configured: access lasts until Curfew is back, should all of it be gone." | "Es ist nicht eingerichtet: Zugriff bleibt, bis Curfew zurück ist, wenn alles davon ausfällt.";
    backstop_placed[count]: "{count} schedule is in AWS" / "{count} schedules are in AWS" | "{count} Zeitplan ist in AWS" / "{count} Zeitpläne sind in AWS";
    backstop_failing[count]: "{count} schedule went wrong the last time" / "{count} schedules went wrong the last time" | "{count} Zeitplan schlug zuletzt fehl" / "{count} Zeitpläne schlugen zuletzt fehl";
    backstop_without[count]: "{count} access has none" / "{count} accesses have none" | "{count} Zugriff hat keinen" / "{count} Zugriffe haben keinen";
    directory_title: "Directory" | "Verzeichnis";
    directory_part: "Part" | "Teil";
    directory_read: "Read" | "Gelesen";
    directory_never: "never yet" | "noch nie";
    figures_title: "Over time" | "Im Lauf der Zeit";
    figures_span: "Span" | "Zeitraum";
    figures_day: "24 hours" | "24 Stunden";
    figures_week: "7 days" | "7 Tage";
    figures_month: "30 days" | "30 Tage";
    figures_access: "Active access" | "Aktive Zugriffe";
    figures_access_said(least, most, now): "From {least} to {most} at a time; now {now}." | "Gleichzeitig {least} bis {most}; jetzt {now}.";
    figures_lateness: "Lateness of removals" | "Verspätung der Entfernungen";
    figures_lateness_said[count](median, latest): "{count} removal; the latest {latest} after it was due, in the middle of the worst interval {median}." / "{count} removals; the latest {latest} after it was due, in the middle of the worst interval {median}."
        | "{count} Entfernung; die späteste {latest} nach dem Soll, in der Mitte des schlechtesten Abschnitts {median}." / "{count} Entfernungen; die späteste {latest} nach dem Soll, in der Mitte des schlechtesten Abschnitts {median}.";
    figures_lateness_none: "Nothing was removed in this time." | "In dieser Zeit wurde nichts entfernt.";
    figures_median: "Half no later than" | "Die Hälfte höchstens";
    figures_p95: "19 of 20 no later than" | "19 von 20 höchstens";
    figures_most: "The latest" | "Die späteste";
    figures_table: "The figures as a table" | "Die Zahlen als Tabelle";
    figures_begun: "Begun" | "Begonnen";
    figures_gone: "Gone" | "Weg";
    figures_from: "From" | "Ab";
    seconds(s): "{s} s" | "{s} s";
    workers_title: "Processes" | "Prozesse";
    worker_name: "Name" | "Name";
    worker_services: "Services" | "Dienste";
    worker_alive: "alive" | "lebt";
    worker_silent: "silent" | "meldet sich nicht";
    worker_clock(ms): "clock off by {ms} ms" | "Uhr weicht {ms} ms ab";
    who_title: "Who can get what" | "Wer was bekommen kann";
    who_ask: "Type an account and a permission set; a part of each name is enough." | "Nennen Sie ein Konto und ein Permission Set; ein Teil der Namen genügt.";
    who_account: "Account" | "Konto";
    who_set: "Permission set" | "Permission Set";
    who_show: "Show" | "Zeigen";
    who_nobody: "No rule lets anybody have this." | "Keine Regel lässt jemanden das haben.";
    who_everyone: "everybody" | "alle";
    who_people[count]: "{count} active person" / "{count} active people" | "{count} aktive Person" / "{count} aktive Personen";
    who_for: "For" | "Für";
    who_rule: "Rule" | "Regel";
    who_decides: "Decision" | "Entscheidung";
    who_longest: "At most" | "Höchstens";
    who_guardrail(name, effect): "“{name}” {effect}" | "„{name}“ {effect}";
    rules_title: "Rules and policies" | "Regeln und Richtlinien";
    rules_revision(revision): "Revision {revision}." | "Stand {revision}.";
    rules_text: "Everything in force, as YAML. Change it here and look at what the change means before anything is written; what loosens waits for a second admin."
        | "Alles, was gilt, als YAML. Ändern Sie es hier und sehen Sie, was die Änderung bedeutet, bevor etwas geschrieben wird; was lockert, wartet auf einen zweiten Admin.";
    rules_much: "There is too much for this page. Download it, change it, and paste it here." | "Es ist zu viel für diese Seite. Laden Sie es herunter, ändern Sie es und fügen Sie es hier ein.";
    rules_download: "Download (YAML)" | "Herunterladen (YAML)";
    rules_too_long: "That is too long, or it did not arrive whole." | "Das ist zu lang, oder es kam nicht ganz an.";
    rules_read_only: "You may read and plan; putting into force is for admins." | "Sie dürfen lesen und planen; in Kraft setzen dürfen Admins.";
    rules_plan: "Show what it means" | "Zeigen, was es bedeutet";
    rules_apply: "Put into force" | "In Kraft setzen";
    rules_reason: "Why (for the audit log and the second person)" | "Warum (für das Protokoll und die zweite Person)";
    rules_wrong: "Something is wrong with it; nothing would change." | "Etwas daran stimmt nicht; nichts würde sich ändern.";
    rules_nothing: "Nothing would change." | "Nichts würde sich ändern.";
    rules_changes(made, changed, gone): "{made} to make, {changed} to change, {gone} to delete." | "{made} neu, {changed} geändert, {gone} gelöscht.";
    rules_loosens: "It makes access easier to get." | "Es macht Zugriff leichter zu bekommen.";
    rules_second: "A second admin has to agree before it is in force." | "Ein zweiter Admin muss zustimmen, bevor es gilt.";
    rules_affected[count]: "{count} active access would not be allowed any more; it is not ended by this." / "{count} active accesses would not be allowed any more; they are not ended by this."
        | "{count} aktiver Zugriff wäre nicht mehr erlaubt; er wird dadurch nicht beendet." / "{count} aktive Zugriffe wären nicht mehr erlaubt; sie werden dadurch nicht beendet.";
    rules_replay[checked](differing): "Of {checked} past request, {differing} would have been decided otherwise." / "Of {checked} past requests, {differing} would have been decided otherwise."
        | "Anders entschieden worden: {differing} von {checked} früheren Anfrage." / "Anders entschieden worden: {differing} von {checked} früheren Anfragen.";
    rules_applied: "It is in force." | "Es gilt.";
    rules_waiting: "It waits for a second admin." | "Es wartet auf einen zweiten Admin.";
    rules_line(line): "line {line}" | "Zeile {line}";
    changes_title: "Changes that wait" | "Wartende Änderungen";
    change_agree: "Agree" | "Zustimmen";
    change_refuse: "Refuse" | "Ablehnen";
    change_withdraw: "Withdraw" | "Zurückziehen";
    change_by(who): "proposed by {who}" | "vorgeschlagen von {who}";
}
