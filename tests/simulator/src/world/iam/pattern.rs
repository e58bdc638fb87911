//! Wildcards: `*` is any text, `?` any one character.

/// Whether the whole text fits the pattern.
pub fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return alike(pattern, text);
    };
    let Some(mut text) =
        text.split_at_checked(head.len()).filter(|(start, _)| alike(head, start)).map(|(_, rest)| rest)
    else {
        return false;
    };
    loop {
        if matches(rest, text) {
            return true;
        }
        let mut letters = text.chars();
        if letters.next().is_none() {
            return false;
        }
        text = letters.as_str();
    }
}

fn alike(pattern: &str, text: &str) -> bool {
    pattern.chars().count() == text.chars().count()
        && pattern.chars().zip(text.chars()).all(|(p, t)| p == '?' || p == t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_text() {
        for (pattern, text, fits) in [
            ("*", "", true),
            ("*", "anything:at/all", true),
            ("sso:List*", "sso:ListInstances", true),
            ("sso:List*", "sso:DescribeInstance", false),
            ("arn:aws:sso:::permissionSet/ssoins-1/*", "arn:aws:sso:::permissionSet/ssoins-1/ps-2", true),
            ("arn:aws:sso:::permissionSet/ssoins-1/*", "arn:aws:sso:::permissionSet/ssoins-12/ps-2", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-b-b-d", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("abc", "abcd", false),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }
}
