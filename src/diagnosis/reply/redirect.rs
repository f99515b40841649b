//! Where a redirect leads, and in what that differs from what was asked.

use url::Url;

/// Parts of a path that belong to a page where somebody logs in.
const LOGIN: [&str; 7] = [
    "login", "log-in", "signin", "sign-in", "sign_in", "sso", "auth",
];

/// What to do about a redirect from `asked` to `location`.
pub(super) fn hint(asked: Option<&str>, location: Option<&str>) -> String {
    const FAILED: &str = "a redirect is a failed delivery";
    let Some(location) = location else {
        return format!("{FAILED}, and this one names no Location");
    };
    let asked = asked.and_then(|asked| Url::parse(asked).ok());
    let target = match &asked {
        Some(asked) => asked.join(location),
        None => Url::parse(location),
    };
    let (Some(asked), Ok(target)) = (asked, target) else {
        return format!("{FAILED}: use the final URL, {location}");
    };
    if is_login(&target) {
        return format!(
            "it leads to a login page ({location}): exempt the webhook's path from the login, the signature authenticates a delivery"
        );
    }
    if target == asked {
        return format!("{FAILED}, and this one leads to where it came from");
    }
    let differences: Vec<_> = differences(&asked, &target).collect();
    match &differences[..] {
        [] => format!("{FAILED}: use the final URL, {target}"),
        _ => format!("{FAILED}: {}: {target}", differences.join(" and ")),
    }
}

fn is_login(target: &Url) -> bool {
    let mut parts = target.path_segments().into_iter().flatten();
    let host = target.host_str().unwrap_or_default();
    parts.any(|part| LOGIN.contains(&part.to_ascii_lowercase().as_str()))
        || host.ends_with("cloudflareaccess.com")
}

/// What has to change, when it is so little that each change has a name.
fn differences(asked: &Url, target: &Url) -> impl Iterator<Item = &'static str> {
    let trimmed = |url: &Url| url.path().trim_end_matches('/').to_owned();
    let host = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        host.trim_start_matches("www.").to_owned()
    };
    let is_near = trimmed(asked).eq_ignore_ascii_case(&trimmed(target))
        && host(asked) == host(target)
        && asked.query() == target.query();
    let has_slash = |url: &Url| url.path().ends_with('/');
    let has_www = |url: &Url| url.host_str().is_some_and(|host| host.starts_with("www."));
    let words = [
        match (asked.scheme(), target.scheme()) {
            ("http", "https") => Some("use https"),
            ("https", "http") => Some("use http"),
            _ if asked.port_or_known_default() != target.port_or_known_default() => {
                Some("use its port")
            }
            _ => None,
        },
        match (has_www(asked), has_www(target)) {
            (false, true) => Some("add the www."),
            (true, false) => Some("leave out the www."),
            _ => None,
        },
        match (has_slash(asked), has_slash(target)) {
            (false, true) => Some("add the slash at the end"),
            (true, false) => Some("leave out the slash at the end"),
            _ if trimmed(asked) != trimmed(target) => Some("mind upper and lower case"),
            _ => None,
        },
    ];
    words.into_iter().flatten().filter(move |_| is_near)
}
