//! The page that shows the design system.

use super::catalogue;

catalogue! {
    design_title: "Design" | "Gestaltung";
    design_text: "Every component of the portal in each of its states. Pages are put together from these and nothing else."
        | "Jeder Baustein des Portals in jedem Zustand. Seiten bestehen aus diesen und sonst nichts.";
    design_tokens: "Colours" | "Farben";
    design_type: "Type" | "Schrift";
    design_buttons: "Buttons" | "Knöpfe";
    design_fields: "Fields" | "Felder";
    design_chips: "Chips" | "Auswahl";
    design_badges: "Badges and states" | "Marken und Zustände";
    design_times: "Times" | "Zeiten";
    design_notices: "Notices" | "Hinweise";
    design_which: "Which of several" | "Welches von mehreren";
    design_rows: "Rows and tables" | "Zeilen und Tabellen";
    design_timeline: "Time line" | "Zeitstrahl";
    design_confirm: "Confirmation" | "Bestätigung";
    design_sample: "An example" | "Ein Beispiel";
    design_wrong: "An example of what is wrong" | "Ein Beispiel eines Fehlers";
}
