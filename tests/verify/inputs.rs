//! Every place and format that captures come from.

use lettermint_hook::delivery::formats::{ExportFormat, Exporter};
use lettermint_hook::delivery::formats::write_request;

use crate::support::{SECRET, Sandbox, body, delivery, lines};

#[test]
fn every_format_is_told_apart_and_verified() {
    let good = delivery(&body("message.delivered"));
    let mut bad = good.clone();
    bad.body = body("message.sent").into();
    let mut http = Vec::new();
    let sandbox = Sandbox::new();
    write_request(&good, &mut http);
    sandbox.write("a.http", &http);
    let listen: String = String::from_utf8(lines(&[good.clone(), bad.clone()])).unwrap();
    let listen = listen.replace("{\"v\":1,", "{\"type\":\"delivery\",\"seq\":1,\"v\":1,");
    let ready = "{\"type\":\"ready\",\"url\":\"http://127.0.0.1:1\"}\n";
    sandbox.write("listen.ndjson", format!("{ready}{listen}").as_bytes());
    for (args, valid, invalid) in [
        (["a.http", "--json"], 1, 0),
        (["listen.ndjson", "--json"], 1, 1),
    ] {
        let run = sandbox.verify(&args);
        assert_eq!(run.summary()["valid"], valid, "{args:?}: {}", run.stdout);
        assert_eq!(run.summary()["invalid"], invalid, "{args:?}");
    }
}
