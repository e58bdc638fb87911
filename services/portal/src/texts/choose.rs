//! Which one of very many is meant.

use super::catalogue;

catalogue! {
    which_account: "Which account?" | "Welches Konto?";
    which_person: "Which person?" | "Welche Person?";
    which_set: "Which permission set?" | "Welches Permission Set?";
    which_others: "Others match too; type more of the name." | "Auch andere passen; tippen Sie mehr vom Namen.";
    nobody_called(name): "Nobody in the directory is called “{name}”." | "Niemand im Verzeichnis heißt „{name}“.";
    no_account_called(name): "There is no account “{name}”." | "Es gibt kein Konto „{name}“.";
    no_set_called(name): "There is no permission set “{name}”." | "Es gibt kein Permission Set „{name}“.";
}
