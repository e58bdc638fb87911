//! Times, durations and other people's words in the form that mails show.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A moment: `Fri 20 Nov 2026, 23:10 UTC`.
pub fn moment(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%a %-d %b %Y, %H:%M UTC").to_string()
}

/// The time of day, for a subject: `23:10 UTC`.
pub fn time_of_day(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%H:%M UTC").to_string()
}

/// A duration: `45 min`, `1 h 30 min`, `2 d`.
pub fn duration(minutes: i32) -> String {
    let parts = [(minutes / 1440, "d"), (minutes % 1440 / 60, "h"), (minutes % 60, "min")];
    let shown: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n} {unit}")).collect();
    if shown.is_empty() { "0 min".to_owned() } else { shown.join(" ") }
}

/// Somebody's words on one line, at most `most` characters: nothing in them can start a new line or header,
/// turn the direction of what follows, or hide.
pub fn line(text: &str, most: usize) -> String {
    let calm: String = text
        .chars()
        .map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c })
        .filter(|c| !is_unseen(*c))
        .collect();
    let one = calm.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    cut(&one, most)
}

/// Somebody's words on as many lines as they typed, otherwise as calm as [`line`].
pub fn lines(text: &str, most: usize) -> String {
    let calm: String = text
        .replace("\r\n", "\n")
        .chars()
        .map(|c| if matches!(c, '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\r') { '\n' } else { c })
        .map(|c| if c != '\n' && (c.is_whitespace() || c.is_control()) { ' ' } else { c })
        .filter(|c| !is_unseen(*c))
        .collect();
    cut(calm.trim(), most)
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// Marks of direction and of no width: they change what others see, and are never needed to say why.
const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_at_a_glance() {
        let table = [
            (1, "1 min"),
            (45, "45 min"),
            (60, "1 h"),
            (90, "1 h 30 min"),
            (1440, "1 d"),
            (1501, "1 d 1 h 1 min"),
            (0, "0 min"),
        ];
        for (minutes, expected) in table {
            assert_eq!(duration(minutes), expected);
        }
    }

    #[test]
    fn times_name_their_zone() {
        let at: Timestamp = "2026-11-20T23:10:59Z".parse().unwrap();
        assert_eq!(moment(at), "Fri 20 Nov 2026, 23:10 UTC");
        assert_eq!(time_of_day(at), "23:10 UTC");
    }

    #[test]
    fn a_line_stays_one_line_and_shows_all_that_it_holds() {
        assert_eq!(line("Ann\r\nBcc: all@example.com\u{202e}gnp\u{0}", 80), "Ann Bcc: all@example.comgnp");
        assert_eq!(line("a\u{2028}b\u{85}c\u{200b}d", 80), "a b cd");
        assert_eq!(line(&"ä".repeat(100), 10), format!("{}…", "ä".repeat(9)));
    }

    #[test]
    fn lines_keep_their_breaks_alone() {
        assert_eq!(lines(" a\r\nb\u{1b}[31mc\n", 80), "a\nb [31mc");
    }
}
