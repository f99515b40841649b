//! Requests in the JSON of gateways, inspectors and logs, and other forms of a request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::{NOW, Record, SECRET, Sandbox, sample, signature};

fn body() -> &'static str {
    std::str::from_utf8(sample("message.hard_bounced")).unwrap()
}

fn headers() -> Value {
    json!({
        "content-type": "application/json",
        "x-lettermint-signature": signature(SECRET, &NOW.to_string(), body().as_bytes()),
        "x-lettermint-event": "message.hard_bounced",
        "x-lettermint-delivery": NOW.to_string(),
        "x-lettermint-attempt": "1",
    })
}

/// Headers with every value in a list, as name and value, as pairs, in turn, and as lines.
fn shapes() -> Vec<Value> {
    let headers = headers();
    let all = headers.as_object().unwrap();
    let each = |shape: fn(&String, &Value) -> Value| -> Value {
        all.iter().map(|(name, value)| shape(name, value)).collect()
    };
    let lists = all
        .iter()
        .map(|(name, value)| (name.clone(), json!([value])));
    vec![
        Value::Object(lists.collect()),
        each(|name, value| json!({"name": name, "value": value})),
        each(|name, value| json!({"key": name, "value": value})),
        each(|name, value| json!([name, value])),
        each(|name, value| json!(format!("{name}: {}", value.as_str().unwrap()))),
        all.iter()
            .flat_map(|(name, value)| [json!(name), value.clone()])
            .collect(),
        headers.clone(),
    ]
}

/// Holds that a document has one valid delivery, whose body is stored to the byte.
#[track_caller]
fn expect(document: &str, note: &str) {
    let sandbox = Sandbox::with_secret();
    sandbox.write("capture.json", document);
    let run = sandbox.cmd("verify capture.json").run();
    run.exits(0).prints(&["1 of 1 valid", note]);
    sandbox.cmd("deliveries import capture.json").run().exits(0);
    assert_eq!(
        Record::of(sandbox.records()[0].clone()).body(),
        body().as_bytes()
    );
}

#[test]
fn verify_reads_requests_as_json_of_any_shape() {
    let base64 = STANDARD.encode(body());
    let parsed: Value = serde_json::from_str(body()).unwrap();
    let bytes: Vec<_> = body().bytes().collect();
    for headers in shapes() {
        for request in [
            json!({"version": "2.0", "rawPath": "/hook", "headers": headers, "body": base64,
                "requestContext": {"http": {"method": "POST"}, "timeEpoch": 1_791_101_731_123_i64},
                "isBase64Encoded": true}),
            json!({"httpMethod": "POST", "path": "/hook", "multiValueHeaders": headers,
                "body": body(), "isBase64Encoded": false}),
            json!({"uuid": "a", "type": "web", "method": "POST", "content": body(),
                "headers": headers, "url": "https://webhook.site/t",
                "created_at": "2026-10-04 08:15:31"}),
            json!({"type": "x", "url": "http://h/x", "rawHeaders": headers,
                "body": {"type": "Buffer", "data": bytes}}),
            json!({"headers": headers, "body": parsed, "raw_body": body()}),
            json!({"headers": headers, "body_base64": base64}),
            json!({"data": [{"method": "POST", "headers": headers, "body": base64}]}),
            json!({"Method": "POST", "Headers": headers, "Body": body()}),
            json!({"request": {"method": "POST", "headers": headers}, "body": body()}),
            json!({"msg": "got", "req": {"url": "/x", "headers": headers}, "rawBody": body()}),
            json!({"method": "POST", "request": {"header": {"headers": headers},
                "body": {"text": body(), "charset": null}}, "response": {"body": {"text": ""}}}),
            json!({"request": {"header": {"headers": headers}, "body": {"encoded": base64}}}),
            json!({"request": {"url": {"raw": "http://h/x"}, "header": headers,
                "body": {"mode": "raw", "raw": body()}}}),
            json!({"url": "http://h/x", "headers": headers,
                "body": {"mimeType": "application/json", "text": body()}}),
        ] {
            for wrapped in [
                request.clone(),
                json!([request]),
                json!({"data": [request], "total": 1}),
                json!({"detail": {"event": request}}),
            ] {
                expect(&wrapped.to_string(), "");
            }
            expect(&format!("{request:#}"), "");
        }
    }
    let lines = json!({"message": "got one", "request": {"headers": headers(), "body": body()}});
    let sandbox = Sandbox::with_secret();
    sandbox.write("log.ndjson", format!("{lines}\n").repeat(3));
    let run = sandbox.cmd("verify log.ndjson").run().exits(0);
    run.prints(&["log.ndjson:1\n", "log.ndjson:3\n", "3 of 3 valid"]);
}

#[test]
fn verify_reads_requests_whose_bytes_stand_in_json() {
    let lines = headers();
    let lines = lines.as_object().unwrap().iter();
    let lines: String = lines
        .map(|(name, value)| format!("{name}: {}\r\n", value.as_str().unwrap()))
        .collect();
    let message = format!(
        "POST /hook HTTP/1.1\r\n{lines}Content-Length: {}\r\n\r\n{}",
        body().len(),
        body()
    );
    let hex: Vec<_> = message.bytes().map(|byte| format!("{byte:02x}")).collect();
    for document in [
        json!({"requests": [{"request": {"headers": {}, "raw": STANDARD.encode(&message)}}]}),
        json!({"requests": [{"request": {"raw": message}}], "of": "x-lettermint-signature"}),
        json!([{"_source": {"layers": {"tcp": {"tcp.payload": "7b:22"},
            "tcp.segments": {"tcp.reassembled.data": hex.join(":")},
            "http": {"http.request.line": "X-Lettermint-Attempt: 1"}}}}]),
    ] {
        let document = match document.to_string() {
            text if text.to_lowercase().contains("x-lettermint") => text,
            text => text.replace("\"headers\":{}", &format!("\"headers\":{}", headers())),
        };
        expect(&document, "");
    }
    let dump = |start: &str, bytes: &[u8]| -> String {
        let rows = bytes.chunks(16).enumerate().map(|(row, bytes)| {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x} ")).collect();
            format!("{:04x}: {hex:<48}{}\n", row * 16, ".".repeat(bytes.len()))
        });
        format!(
            "=> Send {start}, {} bytes (0x0)\n{}",
            bytes.len(),
            rows.collect::<String>()
        )
    };
    let (head, body) = message.split_at(message.len() - body().len());
    let (first, second) = body.as_bytes().split_at(300);
    let trace = format!(
        "== Info:   Trying 127.0.0.1:1...\n{}{}{}== Info: Connection #0 left intact\n",
        dump("header", head.as_bytes()),
        dump("data", first),
        dump("data", second)
    );
    expect(&trace, "");
}

#[test]
fn verify_reads_entries_of_a_har_alone() {
    let lines = shapes().swap_remove(1);
    let entry = json!({"startedDateTime": "2026-10-04T08:15:31.000Z", "time": 3, "request": {
        "method": "POST", "url": "http://localhost/hook", "httpVersion": "HTTP/1.1",
        "headers": lines, "bodySize": body().len(),
        "postData": {"mimeType": "application/json", "text": body()}}});
    for document in [entry.clone(), json!({"entries": [entry]}), json!([entry])] {
        expect(&document.to_string(), "");
        expect(&format!("{document:#}"), "");
    }
}

#[test]
fn verify_reads_a_call_of_fetch() {
    let options = json!({"headers": headers(), "body": body(), "method": "POST"});
    for call in [
        "fetch(",
        "await fetch(",
        "fetch(\"http://h/\");\nfetch(\"http://h/y\", {\"method\":\"GET\"}); ;\nfetch(",
    ] {
        expect(
            &format!("{call}\"http://localhost/hook\", {options:#});\n"),
            "",
        );
    }
}

#[test]
fn verify_reads_requests_in_the_lines_of_a_log() {
    let request = json!({"httpMethod": "POST", "headers": headers(), "body": body()});
    let event = json!({"events": [{"timestamp": 1, "message": format!("got {request}\n")}]});
    for document in [
        format!("START RequestId: 1\n{request}\nEND RequestId: 1\n"),
        format!("2026-10-04T08:15:31.123Z\t1\tINFO\t{request}\n"),
        format!("[2026-10-04 08:15:31] local.INFO: got {request}\n"),
        format!("id: 1\nevent: message\ndata: {request}\n\n"),
        event.to_string(),
    ] {
        expect(&document, "");
    }
    // A line that is torn is not passed over.
    let sandbox = Sandbox::with_secret();
    let torn = request.to_string().replace("httpMethod", "\u{1}");
    sandbox.write("log", format!("INFO {request}\nINFO {torn}\n"));
    let run = sandbox.cmd("verify log").run().exits(1);
    run.prints(&["✗ unreadable  log:2", "1 of 1 valid, 1 unreadable"]);
}

/// smee has values instead of bytes: the signature proves that they were put together rightly.
#[test]
fn verify_proves_values_by_the_signature() {
    let mut smee = headers();
    smee["body"] = serde_json::from_str(body()).unwrap();
    smee["timestamp"] = json!(1_791_101_731_123_i64);
    let note = "note: `body` holds JSON values, not the bytes that were sent";
    expect(&smee.to_string(), note);
    smee["body"]["data"]["subject"] = json!("another");
    let sandbox = Sandbox::with_secret();
    sandbox.write("capture.json", smee.to_string());
    let run = sandbox.cmd("verify capture.json").run().exits(1);
    run.prints(&["✗ unverifiable", note]);
}

#[test]
fn verify_names_forms_that_hold_no_bytes() {
    let sandbox = Sandbox::with_secret();
    for (document, what) in [
        (
            "Invoke-WebRequest -Uri \"http://h\"",
            "a PowerShell command: copy the request as cURL (bash)",
        ),
        (
            "http POST http://h/ A:b",
            "a command of HTTPie: `http --offline --print=HB …`",
        ),
        (
            "*   Trying 127.0.0.1:80...\n> POST / HTTP/1.1\n",
            "`curl --trace FILE` writes all",
        ),
        ("PK\u{3}\u{4}", "a ZIP archive"),
        (
            "$headers=@{}\n$response = Invoke-RestMethod 'http://h/' -Headers $headers\n",
            "a PowerShell command",
        ),
        (
            "Note: Unnecessary use of -X\n*   Trying 127.0.0.1:80...\n> POST / HTTP/1.1\n",
            "`curl --trace FILE` writes all",
        ),
        (
            "fetch('http://h/', {headers: {'X-Lettermint-Attempt': '1'}, body: '{}'})",
            "a call of `fetch`",
        ),
        ("00000000: 504f 5354 202f 20  POST / \n", "a dump in hex"),
        (
            "headers = {\"X-Lettermint-Attempt\": \"1\"}\nrequests.post(url, headers=headers)\n",
            "a text or a program that names X-Lettermint headers",
        ),
    ] {
        sandbox.write("form", document);
        let run = sandbox.cmd("verify form").run().exits(1);
        run.prints(&["✗ unreadable  form:1  not a capture: ", what]);
    }
    for (document, what) in [
        (
            "{\"headers\":{\"x-lettermint-attempt\":\"1\"}}",
            "has no body beside them",
        ),
        (
            "=> Send header, 3 bytes (0x3)\n0000: GET\n",
            "`--trace-ascii` leaves out",
        ),
    ] {
        sandbox.write("form", document);
        sandbox.cmd("verify form").run().exits(1).prints(&[what]);
    }
}
