//! "Did you mean": the nearest of the names that exist.

/// The candidate that is most like `name`, when any is close enough to have been meant.
///
/// A candidate is also close when `name` is a part of it (`delivered` for `message.delivered`)
/// or differs in one segment's separators.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = normalize(name);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let known = normalize(candidate);
        let distance = if known.ends_with(&wanted) && wanted.len() >= 3 {
            1
        } else {
            strsim::osa_distance(&wanted, &known)
        };
        // A third of the letters may be wrong: enough for typos, too little for nonsense.
        if distance * 3 <= wanted.chars().count().max(3) && best.is_none_or(|(d, _)| distance < d) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The hint that names the nearest candidate, when any is close enough.
pub fn did_you_mean<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(name, candidates).map(|nearest| format!("did you mean `{nearest}`?"))
}

fn normalize(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric() || *c == '.')
        .flat_map(char::to_lowercase)
        .collect()
}
