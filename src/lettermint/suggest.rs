//! "Did you mean": the nearest of the names that exist.

/// The candidate that is most like `name`, when any is close enough to have been meant.
///
/// A candidate is also close when `name` is a part of it (`delivered` for `message.delivered`)
/// or differs in one segment's separators.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = normalise(name);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let known = normalise(candidate);
        let distance = if known.ends_with(&wanted) && wanted.len() >= 3 {
            1
        } else {
            edit_distance(&wanted, &known)
        };
        // A third of the letters may be wrong: enough for typos, too little for nonsense.
        if distance * 3 <= wanted.chars().count().max(3) && best.is_none_or(|(d, _)| distance < d) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn normalise(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric() || *c == '.')
        .flat_map(char::to_lowercase)
        .collect()
}

/// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
fn edit_distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;
    use crate::lettermint::catalogue;

    #[test]
    fn typos_parts_and_nonsense() {
        for (typed, meant) in [
            ("message.deliverd", Some("message.delivered")),
            ("message.bounced", Some("message.soft_bounced")),
            ("delivered", Some("message.delivered")),
            ("message.hard-bounced", Some("message.hard_bounced")),
            ("message.cancelled", Some("message.canceled")),
            ("webhook.tset", Some("webhook.test")),
            ("order.paid", None),
        ] {
            let found = nearest(typed, catalogue::names());
            match (typed, found) {
                // Both bounces are as near; either helps.
                ("message.bounced", Some(name)) => assert!(name.ends_with("bounced")),
                _ => assert_eq!(found, meant, "{typed}"),
            }
        }
    }
}
