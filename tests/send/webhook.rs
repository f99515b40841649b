//! `--webhook` and the webhooks of the config file, as in production: who subscribes gets it.

use serde_json::Value;

use crate::support::{NOW, Receiver, Run, SECRET, Sandbox};

/// Two webhooks that want different things, one that is off.
pub(super) struct Webhooks {
    pub(super) sandbox: Sandbox,
    orders: Receiver,
    pub(super) audit: Receiver,
    _off: Receiver,
}

impl Webhooks {
    pub(super) fn new() -> Self {
        let sandbox = Sandbox::new()
            .env("ORDERS", "whsec_orders")
            .env("AUDIT", "whsec_audit")
            .env("PASSWORD", "sesame");
        let (orders, audit) = (Receiver::optional(), Receiver::optional());
        let off = Receiver::unwanted();
        let config = format!(
            r#"
            [[webhook]]
            name = "orders"
            url = "{}"
            events = ["message.*bounced", "message.opened"]
            secret_env = "ORDERS"
            route = "route-of-orders"

            [[webhook]]
            name = "audit"
            url = "{}"
            secret_env = "AUDIT"
            basic_auth = {{ username = "hooks", password_env = "PASSWORD" }}
            include_machine_events = true

            [[webhook]]
            name = "off"
            url = "{}"
            enabled = false
            "#,
            orders.url, audit.url, off.url
        );
        sandbox.write("lettermint-hook.toml", config);
        Self {
            sandbox,
            orders,
            audit,
            _off: off,
        }
    }

    pub(super) fn send(&self, args: &[&str]) -> Run {
        let line = format!("send --json --now {NOW} --seed 7");
        self.sandbox.cmd(&line).args(args).run()
    }

    /// How many requests orders and audit have got.
    fn got(&self) -> [usize; 2] {
        [&self.orders, &self.audit].map(|receiver| receiver.requests().len())
    }
}

#[test]
fn send_webhook_every_subscriber_gets_an_event_signed_for_it() {
    let webhooks = Webhooks::new();
    let run = webhooks.send(&["message.hard_bounced"]).exits(0);
    assert_eq!(webhooks.got(), [1, 1]);
    run.says(&["not sent to off"]);
    let (orders, audit) = (webhooks.orders.request(), webhooks.audit.request());
    assert!(orders.is_signed_with("whsec_orders"));
    assert!(audit.is_signed_with("whsec_audit"));
    assert_eq!(orders.event(), "message.hard_bounced");
    // A delivery is one event for one webhook: the same message, ids of their own.
    assert_ne!(orders.id(), audit.id());
    let message = |payload: Value| payload["data"]["message_id"].clone();
    assert_eq!(message(orders.payload()), message(audit.payload()));
    assert_eq!(orders.payload()["context"]["route_id"], "route-of-orders");
    assert_eq!(webhooks.sandbox.records().len(), 2);
}

#[test]
fn send_webhook_that_does_not_subscribe_is_named_and_not_sent_to() {
    let webhooks = Webhooks::new();
    let run = webhooks.send(&["message.delivered"]).exits(0);
    run.says(&["not sent to orders: message.delivered"]);
    assert_eq!(webhooks.got(), [0, 1]);
    for (args, got) in [
        // Opened by a machine: only for who wants to know.
        (
            ["message.opened", "--set", "data.bot.machine:=true"],
            [0, 2],
        ),
        (
            ["message.opened", "--set", "data.bot.machine:=false"],
            [1, 3],
        ),
        // Another route is another webhook's.
        (["message.hard_bounced", "--route", "elsewhere"], [1, 4]),
    ] {
        webhooks.send(&args).exits(0);
        assert_eq!(webhooks.got(), got, "{args:?}");
    }
}

#[test]
fn send_webhook_route_and_project_follow_the_context_of_a_body() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::optional();
    let send = |route: &str, context: &str| {
        let config = format!(
            "[[webhook]]\nname='a'\nurl='{}'\nproject='p'\nroute='{route}'\n",
            receiver.url
        );
        sandbox.write("lettermint-hook.toml", config);
        let body =
            format!(r#"{{"event":"message.inbound","data":{{"route":"support"}}{context}}}"#);
        sandbox.write("body.json", body);
        sandbox.cmd("send --body body.json").run()
    };
    let of = |project: &str, route: &str| {
        format!(r#","context":{{"project_id":{project},"route_id":{route}}}"#)
    };
    send("r", &of(r#""p""#, r#""r""#)).exits(0);
    send("r", "").exits(0);
    send("support", &of(r#""p""#, r#""r""#)).exits(0);
    assert_eq!(receiver.requests().len(), 3);
    let other = send("r", &of(r#""q""#, r#""r""#)).exits(1);
    other.says(&["gets events of the project p only, this one is of q"]);
    let none = send("r", &of(r#""p""#, "null")).exits(1);
    none.says(&["gets events of the route r only, this one is of none"]);
    assert_eq!(receiver.requests().len(), 3);
}

#[test]
fn send_webhook_may_be_named_and_to_comes_before_all() {
    let webhooks = Webhooks::new();
    let named = |event, name| webhooks.send(&[event, "--webhook", name]);
    named("message.hard_bounced", "orders").exits(0);
    assert_eq!(webhooks.got(), [1, 0]);
    named("message.delivered", "orders").exits(1);
    named("message.delivered", "off").exits(1);
    named("message.delivered", "order")
        .exits(2)
        .says(&["`orders`"]);
    let elsewhere = Receiver::ok();
    let args = [
        "message.delivered",
        "--to",
        &elsewhere.url,
        "--secret",
        SECRET,
    ];
    webhooks.send(&args).exits(0);
    elsewhere.request().assert_genuine();
    assert_eq!(webhooks.got(), [1, 0]);
}

#[test]
fn send_webhook_goes_with_count() {
    let webhooks = Webhooks::new();
    let mix = ["--mix", "message.hard_bounced=2,message.delivered=1"];
    // One endpoint at a time.
    let run = webhooks
        .send(&[&mix[..], &["--count", "9"]].concat())
        .exits(2);
    run.says(&["`--webhook NAME`"]);

    let to_orders = ["--webhook", "orders", "--count", "9"];
    let run = webhooks.send(&[&mix[..], &to_orders].concat()).exits(0);
    run.says(&["not sent to orders: message.delivered"]);
    let requests = webhooks.orders.requests();
    assert_eq!(requests.len(), 9);
    for request in &requests {
        assert!(request.is_signed_with("whsec_orders"));
        assert_eq!(request.event(), "message.hard_bounced");
        assert_eq!(request.payload()["event"], "message.hard_bounced");
        assert_eq!(request.payload()["context"]["route_id"], "route-of-orders");
    }
    let delivered = [&["message.delivered"][..], &to_orders].concat();
    webhooks.send(&delivered).exits(1);
    assert_eq!(webhooks.got(), [9, 0]);
}
