//! People and groups, as the directory knows them.

use super::catalogue;

catalogue! {
    nav_people: "People" | "Personen";
    people_title: "People and groups" | "Personen und Gruppen";
    people_find: "Name, what they sign in with, or id" | "Name, Anmeldename oder Id";
    people_people: "People" | "Personen";
    people_groups: "Groups" | "Gruppen";
    people_none: "Nobody matches." | "Niemand passt.";
    groups_none: "No group matches." | "Keine Gruppe passt.";
    person_active: "may sign in" | "darf sich anmelden";
    person_disabled: "disabled" | "deaktiviert";
    person_signs_in: "Signs in as" | "Meldet sich an als";
    person_email: "Address" | "Adresse";
    person_manager: "Manager" | "Führungskraft";
    person_manager_none: "not known" | "nicht bekannt";
    person_groups: "Groups" | "Gruppen";
    person_groups_none: "in no group" | "in keiner Gruppe";
    person_may: "What they may ask for" | "Was sie anfragen dürfen";
    person_may_none: "No rule lets them ask for anything." | "Keine Regel lässt sie etwas anfragen.";
    person_may_more[count]: "and {count} more rule" / "and {count} more rules" | "und {count} weitere Regel" / "und {count} weitere Regeln";
    accounts_counted[count]: "{count} account" / "{count} accounts" | "{count} Konto" / "{count} Konten";
    people_counted[count]: "{count} person" / "{count} people" | "{count} Person" / "{count} Personen";
    person_nobody: "nobody has to decide" | "niemand muss entscheiden";
    person_explain: "May they have it, and why" | "Dürfen sie es haben, und warum";
    person_explain_account: "Account" | "Konto";
    person_explain_set: "Permission set" | "Permission Set";
    person_explain_yes: "They may ask for it." | "Sie dürfen es anfragen.";
    person_explain_no: "They may not ask for it." | "Sie dürfen es nicht anfragen.";
    person_history: "Their requests" | "Ihre Anfragen";
    group_members: "Members" | "Mitglieder";
    group_members_none: "Nobody is in it." | "Niemand ist darin.";
    directory_there: "Known" | "Bekannt";
    directory_failed: "Not read" | "Nicht gelesen";
    directory_not_ready: "Not everything that decisions need was read yet." | "Noch wurde nicht alles gelesen, was Entscheidungen brauchen.";
    directory_ages: "How old it is" | "Wie alt es ist";
    directory_left(left, all): "Parts still to be read: {left}/{all}." | "Teile, die noch zu lesen sind: {left}/{all}.";
    directory_reading: "being read" | "wird gelesen";
    directory_waits: "waits for its turn" | "wartet, bis es an der Reihe ist";
    directory_so_far(done, of): "{done}/{of}" | "{done}/{of}";
    directory_again: "Read all of it again now" | "Jetzt alles neu lesen";
    directory_again_hint: "As fast as the limits of AWS let it; what is known counts meanwhile." | "So schnell, wie die Grenzen von AWS es zulassen; bis dahin gilt, was bekannt ist.";
    part_users: "People" | "Personen";
    part_groups: "Groups" | "Gruppen";
    part_members: "Who is in which group (piece by piece: the oldest)" | "Wer in welcher Gruppe ist (stückweise: das älteste)";
    part_organization: "Units and accounts" | "Einheiten und Konten";
    part_account_tags: "Tags of accounts (piece by piece: the oldest)" | "Tags der Konten (stückweise: das älteste)";
    part_permission_sets: "Permission sets" | "Permission Sets";
    part_contents: "What permission sets allow (piece by piece: the oldest)" | "Was Permission Sets erlauben (stückweise: das älteste)";
}
