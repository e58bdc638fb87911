//! Why something did not work.

use super::catalogue;

catalogue! {
    away: "Curfew does not answer at the moment. Please try again in a minute."
        | "Curfew antwortet gerade nicht. Bitte versuchen Sie es in einer Minute noch einmal.";
    own_request: "Nobody decides about their own request. Somebody else has to."
        | "Niemand entscheidet über die eigene Anfrage. Das muss jemand anders tun.";
    not_an_approver: "You are not among the approvers of this request any more."
        | "Sie gehören nicht mehr zu denen, die über diese Anfrage entscheiden.";
    no_longer_allowed(why): "It is no longer allowed, so it cannot be approved. {why}"
        | "Es ist nicht mehr erlaubt und kann deshalb nicht genehmigt werden. {why}";
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
    does_not_exist: "It does not exist, or you may not see it." | "Das gibt es nicht, oder Sie dürfen es nicht sehen.";
}
