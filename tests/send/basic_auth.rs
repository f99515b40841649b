//! `--basic-auth`, and the `basic_auth` of a webhook in the config file.

use super::webhook::Webhooks;
use crate::support::{Receiver, Sandbox};

#[test]
fn send_basic_auth_takes_the_password_from_the_environment() {
    let unwanted = Receiver::unwanted();
    let line = "message.sent --basic-auth hooks";
    let variable = "LETTERMINT_HOOK_BASIC_AUTH_PASSWORD";
    let without = Sandbox::with_secret().send(&unwanted.url, line).exits(2);
    without.says(&[variable]);

    let sandbox = Sandbox::with_secret().env(variable, "sesame");
    let receiver = Receiver::ok();
    sandbox.send(&receiver.url, line).exits(0);
    let request = receiver.request();
    assert_eq!(request.header("Authorization"), "Basic aG9va3M6c2VzYW1l");

    let both = line.split(' ').chain(["-H", "Authorization: Bearer x"]);
    sandbox.send_args(&unwanted.url, both).exits(2);
    let colon = "message.sent --basic-auth a:b";
    sandbox.send(&unwanted.url, colon).exits(2);
}

#[test]
fn send_basic_auth_of_a_webhook_arrives_once_and_is_not_recorded() {
    let webhooks = Webhooks::new();
    let event = "message.delivered";
    webhooks.send(&[event]).exits(0);
    // The command line comes before the file.
    let header = [event, "-H", "authorization: Bearer x"];
    webhooks.send(&header).exits(0);
    let bulk = [event, "--webhook", "audit", "--count", "1"];
    webhooks.send(&bulk).exits(0);
    let requests = webhooks.audit.requests();
    let got: Vec<_> = requests
        .iter()
        .map(|request| {
            let lines = request.lines().into_iter();
            let mut lines = lines.filter(|line| line.to_lowercase().starts_with("authorization:"));
            let (line, more) = (lines.next().unwrap(), lines.next());
            assert_eq!(more, None);
            line.split_once(": ").unwrap().1
        })
        .collect();
    // hooks:sesame
    let basic = "Basic aG9va3M6c2VzYW1l";
    assert_eq!(got, [basic, "Bearer x", basic]);
    for record in webhooks.sandbox.records() {
        let headers = record["headers"].to_string().to_lowercase();
        assert!(
            headers.contains(r#"["authorization","[redacted]"]"#),
            "{headers}"
        );
        assert_eq!(headers.matches("authorization").count(), 1, "{headers}");
    }
}
