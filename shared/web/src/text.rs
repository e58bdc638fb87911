//! Showing what somebody sent without doing what it says.

/// The text cut to `most` characters, with everything escaped that could steer a terminal, a log
/// or the direction of reading.
#[must_use]
pub fn shown(text: &str, most: usize) -> String {
    let mut out = String::new();
    for (at, c) in text.chars().enumerate() {
        if at == most {
            out.push('…');
            break;
        }
        if c.is_control() || steers(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// Invisible characters that reorder or join what stands around them.
const fn steers(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_short_and_harmless() {
        assert_eq!(shown("über", 10), "über");
        assert_eq!(shown("abcdef", 3), "abc…");
        assert_eq!(shown("a\u{1b}[31m\r\n", 20), "a\\u{1b}[31m\\u{d}\\u{a}");
        assert_eq!(shown("x\u{202e}y", 20), "x\\u{202e}y");
    }
}
