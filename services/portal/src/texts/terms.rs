//! The terms on which something can be had, as impact and explanations tell them.

use super::catalogue;

catalogue! {
    term_by(name, terms): "by {name}: {terms}" | "nach {name}: {terms}";
    term_nothing: "nothing by this rule" | "nichts nach dieser Regel";
    term_up_to(duration, way): "up to {duration} {way}" | "bis zu {duration} {way}";
    way_at_once: "without an approval" | "ohne Zustimmung";
    way_when_needed: "without an approval in an incident or on duty" | "ohne Zustimmung bei einem Vorfall oder im Dienst";
    way_break_glass: "by break-glass" | "als Notzugriff";
    way_people(approvals, in_stages): "with {approvals} {in_stages}" | "mit {approvals} {in_stages}";
    way_policy_missing: "with an approval whose policy does not exist" | "mit einer Zustimmung, deren Richtlinie es nicht gibt";
    term_severities(severities): "at severity {severities}" | "bei Dringlichkeit {severities}";
    term_reason: "with a certain reason" | "mit einem bestimmten Grund";
    term_ticket: "with a ticket" | "mit einem Ticket";
    term_hours(zone): "at certain hours ({zone})" | "zu bestimmten Stunden ({zone})";
    term_from(at): "from {at}" | "ab {at}";
    term_until(at): "until {at}" | "bis {at}";
    term_at_a_time(most): "{most} at a time" | "{most} zugleich";
    term_rest(duration): "{duration} after the last one" | "{duration} nach dem vorigen";
    term_cut_always: "its sessions cut at every end" | "Sitzungen werden bei jedem Ende getrennt";
    term_cut_never: "its sessions never cut" | "Sitzungen werden nie getrennt";
    term_otherwise: "where, or who decides, or on which conditions has changed" | "wo, wer entscheidet oder unter welchen Bedingungen ist anders";
    term_denied: "denied" | "verboten";
    term_floor(way): "only {way}, beside what a rule demands" | "nur {way}, neben dem, was eine Regel verlangt";
    term_cap[most]: "no more than {most} such access at a time" / "no more than {most} such accesses at a time"
        | "höchstens {most} solcher Zugriff zugleich" / "höchstens {most} solche Zugriffe zugleich";
    term_freeze(from, until): "nothing from {from} to {until}" | "nichts von {from} bis {until}";
    longest_everybody(duration): "nobody may have more than {duration}" | "niemand darf mehr als {duration} haben";
    longest_rule(name, duration): "“{name}” allows at most {duration}" | "„{name}“ erlaubt höchstens {duration}";
    longest_earlier(name, duration): "“{name}” allows at most {duration}, but its hours, the end of its validity or the next freeze come earlier"
        | "„{name}“ erlaubt höchstens {duration}, aber die Stunden, das Ende der Gültigkeit oder die nächste Sperrzeit kommen früher";
    longest_no_rule: "no rule says more" | "keine Regel sagt mehr";
    decides_nobody_waived(waiver): "nobody decides; conditions are waived: {waiver}" | "niemand entscheidet; Bedingungen entfallen: {waiver}";
    decides_nobody_incident: "nobody decides while an incident is open" | "niemand entscheidet, solange ein Vorfall offen ist";
    decides_nobody_incident_or_duty: "nobody decides while an incident is open, or for whoever is on duty" | "niemand entscheidet, solange ein Vorfall offen ist, oder wenn die Person Dienst hat";
    decides_nobody_duty: "nobody decides for whoever is on duty" | "niemand entscheidet, wenn die Person Dienst hat";
    decides_break_glass[hours]: "break-glass: nobody decides, and a second person looks within {hours} hour" / "break-glass: nobody decides, and a second person looks within {hours} hours"
        | "Notzugriff: niemand entscheidet, und eine zweite Person prüft innerhalb von {hours} Stunde" / "Notzugriff: niemand entscheidet, und eine zweite Person prüft innerhalb von {hours} Stunden";
    effect_deny: "denies it" | "verbietet es";
    effect_deny_sparing: "denies it, but for break-glass" | "verbietet es, außer als Notzugriff";
    effect_floor: "demands an approval of its own as well" | "verlangt zusätzlich eine eigene Zustimmung";
    effect_cap[most]: "allows one person {most} such access at a time" / "allows one person {most} such accesses at a time"
        | "erlaubt einer Person {most} solchen Zugriff zugleich" / "erlaubt einer Person {most} solche Zugriffe zugleich";
}
