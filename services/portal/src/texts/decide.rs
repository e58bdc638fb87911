//! Deciding: by a mail's link, on a request's page, and from the queue.

use super::catalogue;

catalogue! {
    approve: "Approve" | "Genehmigen";
    reject: "Reject" | "Ablehnen";
    approve_question(who): "Approve access for {who}?" | "Zugriff für {who} genehmigen?";
    reject_question(who): "Reject access for {who}?" | "Zugriff für {who} ablehnen?";
    approve_access: "Approve access" | "Zugriff genehmigen";
    reject_access: "Reject access" | "Zugriff ablehnen";
    comment_optional: "Comment, if you like" | "Kommentar, wenn Sie mögen";
    decides_as(name): "You decide as {name}." | "Sie entscheiden als {name}.";
    decides_as_by_link(name): "You decide as {name}; it is recorded that this link alone was used."
        | "Sie entscheiden als {name}; festgehalten wird, dass nur dieser Link benutzt wurde.";
    decided_before(outcome): "You have decided about this request before. It {outcome}."
        | "Sie haben über diese Anfrage schon entschieden. Sie {outcome}.";
    nothing_left(outcome): "There is nothing to decide any more: the request {outcome}."
        | "Es gibt nichts mehr zu entscheiden: Die Anfrage {outcome}.";
    nothing_to_decide: "Nothing to decide" | "Nichts zu entscheiden";
    nothing_decided: "Nothing was decided" | "Es wurde nichts entschieden";
    approved_text: "The access is being added now, or when its time comes. The requester is told."
        | "Der Zugriff wird jetzt eingerichtet, oder wenn seine Zeit kommt. Wer gefragt hat, erfährt es.";
    rejected_text: "The requester is told." | "Wer gefragt hat, erfährt es.";
    counts_title: "Your decision counts" | "Ihre Entscheidung zählt";
    counts_tightened: "The rules became stricter since it was asked for: others must agree as well, and are asked now."
        | "Die Regeln sind seit der Anfrage strenger geworden: Auch andere müssen zustimmen und werden jetzt gefragt.";
    counts_more: "More approvals are needed, or other parts of the request wait; the others have been asked."
        | "Es braucht weitere Zustimmungen, oder andere Teile der Anfrage warten; die anderen sind gefragt.";
    queue_title: "Waiting for your decision" | "Wartet auf Ihre Entscheidung";
    queue_empty: "Nothing waits for you." | "Nichts wartet auf Sie.";
    queue_empty_more: "When somebody asks for access that you decide about, it appears here by itself, and you get a mail."
        | "Wenn jemand Zugriff anfragt, über den Sie entscheiden, erscheint es hier von selbst, und Sie bekommen eine Mail.";
    decide_by: "Decide by" | "Entscheiden bis";
    decision: "Decision" | "Entscheidung";
    narrow: "Allow less" | "Weniger erlauben";
    narrow_minutes: "Minutes" | "Minuten";
    narrow_hint(minutes): "Fewer than {minutes}. Left empty: as asked for." | "Weniger als {minutes}. Leer: wie angefragt.";
    ask_back: "Ask a question" | "Eine Frage stellen";
    say: "Say it" | "Absenden";
    approve_this(what, who, duration): "Approve {what} for {who}, {duration}" | "{what} für {who} genehmigen, {duration}";
    reject_this: "Reject" | "Ablehnen";
    exposure(asked, lives): "{asked} asked. A session begun in the last minute may go on for {lives} after the end, if nothing cuts it."
        | "{asked} angefragt. Eine Sitzung, die in der letzten Minute beginnt, kann nach dem Ende noch {lives} laufen, wenn sie nicht getrennt wird.";
    before_title: "The same access before" | "Derselbe Zugriff früher";
    before_none: "Never before." | "Noch nie.";
    used_for(minutes): "for {minutes}" | "für {minutes}";
    votes_of[needed](votes): "{votes} of {needed} approval" / "{votes} of {needed} approvals" | "{votes} von {needed} Zustimmung" / "{votes} von {needed} Zustimmungen";
    stage_of(stage, stages): "stage {stage} of {stages}" | "Stufe {stage} von {stages}";
    demanded_by(because): "demanded by “{because}”" | "verlangt von „{because}“";
    escalated: "further people are asked" | "weitere Personen sind gefragt";
    may_decide_now: "May decide now" | "Kann jetzt entscheiden";
    and_more(count): "and {count} more" | "und {count} weitere";
    look_at_it: "Look and decide" | "Ansehen und entscheiden";
    for_person(name): "for {name}" | "für {name}";
    together_offer[count](who): "{count} request of {who} can be decided here" / "{count} requests of {who} can be decided together"
        | "{count} Anfrage von {who} lässt sich hier entscheiden" / "{count} Anfragen von {who} lassen sich gemeinsam entscheiden";
    together_look: "Look at all of them" | "Alle ansehen";
    together_alone: "Look at it by itself" | "Einzeln ansehen";
    together_title(who): "Decide about requests of {who} together" | "Anfragen von {who} gemeinsam entscheiden";
    together_text(because): "The decision about each is demanded by “{because}”. Untick what you want to decide by itself. Each is decided separately, and you see what became of it."
        | "Die Entscheidung über jede verlangt „{because}“. Nehmen Sie das Häkchen weg, wo Sie einzeln entscheiden wollen. Jede wird für sich entschieden, und Sie sehen, was daraus wurde.";
    together_undo: "An approval cannot be taken back; what came of it can be revoked."
        | "Eine Zustimmung lässt sich nicht zurücknehmen; was daraus wurde, lässt sich entziehen.";
    together_approve: "Approve what is ticked" | "Angekreuzte genehmigen";
    together_reject: "Reject what is ticked" | "Angekreuzte ablehnen";
    together_none: "Tick at least one." | "Kreuzen Sie mindestens eine an.";
    together_differ: "These are not decided together: who asked, or what demands the decision, is not the same. Decide about each by itself."
        | "Diese werden nicht gemeinsam entschieden: Wer gefragt hat oder was die Entscheidung verlangt, ist nicht dasselbe. Entscheiden Sie einzeln.";
    together_done(done, of): "{done} of {of} decided" | "{done} von {of} entschieden";
    together_all: "Each of them has your decision." | "Jede hat Ihre Entscheidung.";
    together_some: "Not all of them have your decision. What is told below stands; go back to the queue for the rest."
        | "Nicht alle haben Ihre Entscheidung. Was unten steht, gilt; für den Rest gehen Sie zurück zu den Freigaben.";
    together_left: "It does not wait for you any more." | "Sie wartet nicht mehr auf Sie.";
    together_not_tried: "Not tried, since Curfew stopped answering." | "Nicht versucht, da Curfew nicht mehr antwortete.";
    together_unknown: "Not known" | "Unbekannt";
}
