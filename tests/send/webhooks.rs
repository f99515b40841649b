//! Webhooks of the config file, as in production: who subscribes gets it. And Basic
//! authentication, which they may ask for.

use lettermint_hook::delivery::record::REDACTED;
use serde_json::Value;

use crate::support::{Hook, NOW, Outcome, Receiver, SECRET};

/// Two webhooks that want different things, one that is off.
struct Office {
    hook: Hook,
    orders: Receiver,
    audit: Receiver,
    off: Receiver,
}

impl Office {
    fn new() -> Self {
        let hook = Hook::new()
            .without_secret()
            .with("ORDERS", "whsec_orders")
            .with("AUDIT", "whsec_audit");
        let hook = hook.with("PASSWORD", "sesame");
        let (orders, audit, off) = (Receiver::ok(), Receiver::ok(), Receiver::ok());
        let (to_orders, to_audit, to_off) = (orders.url(), audit.url(), off.url());
        let config = format!(
            r#"
            [[webhook]]
            name = "orders"
            url = "{to_orders}"
            events = ["message.*bounced", "message.opened"]
            secret_env = "ORDERS"
            route = "route-of-orders"

            [[webhook]]
            name = "audit"
            url = "{to_audit}"
            secret_env = "AUDIT"
            basic_auth = {{ username = "hooks", password_env = "PASSWORD" }}
            include_machine_events = true

            [[webhook]]
            name = "off"
            url = "{to_off}"
            enabled = false
            "#
        );
        hook.file("lettermint-hook.toml", config);
        Self {
            hook,
            orders,
            audit,
            off,
        }
    }

    fn send(&self, args: &[&str]) -> Outcome {
        let now = NOW.to_string();
        let fixed = ["--json", "send", "--now", &now, "--seed", "7"];
        self.hook.run(&[&fixed[..], args].concat())
    }

    /// How many requests orders, audit and off have got.
    fn got(&self) -> [usize; 3] {
        [&self.orders, &self.audit, &self.off].map(|receiver| receiver.requests().len())
    }
}

#[test]
fn an_event_goes_to_everyone_who_subscribes_signed_for_each() {
    let office = Office::new();
    let outcome = office.send(&["message.hard_bounced"]).exits(0);
    assert_eq!(office.got(), [1, 1, 0]);
    assert!(
        outcome.stderr.contains("not sent to off"),
        "{}",
        outcome.stderr
    );
    let (orders, audit) = (&office.orders.requests()[0], &office.audit.requests()[0]);
    assert_eq!(orders.verdict_with("whsec_orders").reason, None);
    assert_eq!(audit.verdict_with("whsec_audit").reason, None);
    // A delivery is one event for one webhook: the same message, ids of their own.
    assert_ne!(orders.id(), audit.id());
    let message = |payload: Value| payload["data"]["message_id"].clone();
    assert_eq!(message(orders.payload()), message(audit.payload()));
    assert_eq!(orders.payload()["context"]["route_id"], "route-of-orders");
    assert_eq!(office.hook.records().len(), 2);
}

#[test]
fn who_does_not_subscribe_is_said_and_not_sent_to() {
    let office = Office::new();
    let outcome = office.send(&["message.delivered"]).exits(0);
    assert_eq!(office.got(), [0, 1, 0]);
    assert!(
        outcome
            .stderr
            .contains("not sent to orders: message.delivered")
    );

    // Opened by a machine: only for who wants to know.
    let machine = ["message.opened", "--set", "data.bot.machine:=true"];
    office.send(&machine).exits(0);
    assert_eq!(office.got(), [0, 2, 0]);
    office
        .send(&["message.opened", "--set", "data.bot.machine:=false"])
        .exits(0);
    assert_eq!(office.got(), [1, 3, 0]);

    // Another route is another webhook's.
    office
        .send(&["message.hard_bounced", "--route", "elsewhere"])
        .exits(0);
    assert_eq!(office.got(), [1, 4, 0]);
}

#[test]
fn one_may_be_named_and_an_url_comes_before_all() {
    let office = Office::new();
    office
        .send(&["message.hard_bounced", "--webhook", "orders"])
        .exits(0);
    assert_eq!(office.got(), [1, 0, 0]);
    office
        .send(&["message.delivered", "--webhook", "orders"])
        .exits(1);
    office
        .send(&["message.delivered", "--webhook", "off"])
        .exits(1);
    let outcome = office
        .send(&["message.delivered", "--webhook", "order"])
        .exits(2);
    assert!(outcome.stderr.contains("`orders`"), "{}", outcome.stderr);
    assert_eq!(office.got(), [1, 0, 0]);
    let elsewhere = Receiver::ok();
    let to = ["--to", elsewhere.url(), "--secret", SECRET];
    office
        .send(&[&["message.delivered"][..], &to].concat())
        .exits(0);
    elsewhere.requests()[0].assert_genuine();
    assert_eq!(office.got(), [1, 0, 0]);
}

#[test]
fn bulk_obeys_a_webhook_too() {
    let office = Office::new();
    let mix = ["--mix", "message.hard_bounced=2,message.delivered=1"];
    // One endpoint at a time.
    let outcome = office
        .send(&[&mix[..], &["--count", "9"]].concat())
        .exits(2);
    assert!(
        outcome.stderr.contains("`--webhook NAME`"),
        "{}",
        outcome.stderr
    );

    let to_orders = ["--webhook", "orders", "--count", "9"];
    let outcome = office.send(&[&mix[..], &to_orders].concat()).exits(0);
    assert!(
        outcome
            .stderr
            .contains("not sent to orders: message.delivered")
    );
    let requests = office.orders.requests();
    assert_eq!(requests.len(), 9);
    for request in &requests {
        assert_eq!(request.verdict_with("whsec_orders").reason, None);
        assert_eq!(request.header("x-lettermint-event"), "message.hard_bounced");
        assert_eq!(request.payload()["context"]["route_id"], "route-of-orders");
    }
    office
        .send(&[&["message.delivered"][..], &to_orders].concat())
        .exits(1);
    assert_eq!(office.got(), [9, 0, 0]);
}

#[test]
fn credentials_arrive_once_and_are_recorded_by_nobody() {
    let office = Office::new();
    let event = "message.delivered";
    office.send(&[event]).exits(0);
    // The command line comes before the file.
    office
        .send(&[event, "-H", "authorization: Bearer x"])
        .exits(0);
    let bulk = ["--webhook", "audit", "--count", "1"];
    office.send(&[&[event][..], &bulk].concat()).exits(0);
    let got: Vec<_> = office
        .audit
        .requests()
        .iter()
        .map(|request| {
            assert_eq!(request.headers.all("authorization").count(), 1);
            request.header("authorization").to_owned()
        })
        .collect();
    // hooks:sesame
    let basic = "Basic aG9va3M6c2VzYW1l";
    assert_eq!(got, [basic, "Bearer x", basic]);
    for record in office.hook.records() {
        assert_eq!(record.headers.text("authorization"), Some(REDACTED));
    }
}

#[test]
fn a_user_may_be_named_with_the_password_in_the_environment() {
    let receiver = Receiver::ok();
    let args = ["message.sent", "--basic-auth", "hooks"];
    let without = Hook::new().send(receiver.url(), &args).exits(2);
    let variable = "LETTERMINT_HOOK_BASIC_AUTH_PASSWORD";
    assert!(without.stderr.contains(variable), "{}", without.stderr);
    assert_eq!(receiver.connections(), 0);

    let hook = Hook::new().with(variable, "sesame");
    hook.send(receiver.url(), &args).exits(0);
    let request = &receiver.requests()[0];
    assert_eq!(request.header("authorization"), "Basic aG9va3M6c2VzYW1l");

    let both = [&args[..], &["-H", "Authorization: Bearer x"]].concat();
    hook.send(receiver.url(), &both).exits(2);
    hook.send(receiver.url(), &["message.sent", "--basic-auth", "a:b"])
        .exits(2);
}

#[test]
fn without_a_terminal_nobody_is_asked_which_event() {
    let receiver = Receiver::ok();
    let outcome = Hook::new().send(receiver.url(), &[]).exits(2);
    assert!(
        outcome.stderr.contains("no EVENT to send"),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.stderr.contains("`--scenario NAME`"),
        "{}",
        outcome.stderr
    );
}
