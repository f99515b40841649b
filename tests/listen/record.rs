//! What is recorded of a delivery.

use serde_json::{Value, json};

use crate::support::{BODY, Listener, Sandbox, exchange, post, signed_request};

#[test]
fn listen_records_order_case_and_repeats_of_headers() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::json(&sandbox, "");
    let bytes =
        b"POST /p?q=1 HTTP/1.1\r\nhOSt: localhost\r\nX-B:  2 \r\nx-a: 1\r\nX-b: 3\r\nX-Empty:\r\n\
        CONTENT-LENGTH: 9\r\nX-Lettermint-Event: a.b\r\nX-Lettermint-Attempt: 4\r\n\r\n{ \"id\":1}";
    exchange(&listener.address, bytes, 1);
    let delivery = listener.delivery();
    let records = sandbox.records();
    assert_eq!(records.len(), 1);
    let record = &records[0];
    let headers = json!([
        ["hOSt", "localhost"],
        ["X-B", "2"],
        ["x-a", "1"],
        ["X-b", "3"],
        ["X-Empty", ""],
        ["CONTENT-LENGTH", "9"],
        ["X-Lettermint-Event", "a.b"],
        ["X-Lettermint-Attempt", "4"]
    ]);
    for (field, value) in [
        ("headers", headers),
        ("body", json!("{ \"id\":1}")),
        ("target", json!("/p?q=1")),
        ("event", json!("a.b")),
        ("attempt", json!(4)),
        ("id", Value::Null),
    ] {
        assert_eq!(record[field], value, "{field}");
    }
    assert!(record["remote"].as_str().unwrap().starts_with("127.0.0.1:"));
    // What is printed is what is recorded, with two facts of this run.
    let mut printed = delivery.as_object().unwrap().clone();
    for (field, value) in [
        ("type", json!("delivery")),
        ("seq", json!(1)),
        ("duplicate_of", Value::Null),
    ] {
        assert_eq!(printed.shift_remove(field), Some(value));
    }
    assert_eq!(&Value::Object(printed), record);
}

#[test]
fn listen_records_header_values_that_are_no_text_as_base64() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::json(&sandbox, "");
    let headers: [(&str, &[u8]); 2] = [("X-Latin", b"Gr\xfc\xdfe"), ("X-Utf8", "Grüße".as_bytes())];
    assert_eq!(post(&listener.address, &headers, b"{}").status, 200);
    let headers = listener.delivery()["headers"].to_string();
    for line in [
        r#"["X-Latin",{"base64":"R3L832U="}]"#,
        r#"["X-Utf8","Grüße"]"#,
    ] {
        assert!(headers.contains(line), "{headers}");
    }
}

#[test]
fn listen_takes_a_repeated_id_for_a_duplicate() {
    let sandbox = Sandbox::with_secret();
    let mut listener = Listener::json(&sandbox, "");
    for (seq, first) in [(1, Value::Null), (2, json!(1)), (3, json!(1))] {
        let bytes = signed_request("/", "", BODY);
        assert_eq!(exchange(&listener.address, &bytes, 1)[0].status, 200);
        let delivery = listener.delivery();
        assert_eq!(delivery["seq"], seq);
        assert_eq!(delivery["duplicate_of"], first);
    }
    assert_eq!(listener.stop().summary()["duplicates"], 2);
}
