//! One way to make each cause of the table happen.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::delivery::{Delivery, SECRET, T, delivery_of, good, named, sample};
use crate::lettermint::headers;
use crate::lettermint::{SigningKey, Tolerance};

/// One way to make each cause happen to a good delivery.
pub(crate) fn ways() -> Vec<(&'static str, Delivery)> {
    let mut ways = Vec::new();
    ways.extend(secret_ways());
    ways.extend(body_ways());
    ways.extend(header_ways());
    ways.extend(signer_ways());
    ways.extend(time_ways());
    ways
}

pub(crate) fn secret_ways() -> Vec<(&'static str, Delivery)> {
    let rest = SECRET.strip_prefix("whsec_").unwrap();
    let hex = "68656c6c6f776f726c64";
    let mut other = good().secret("whsec_another");
    other.others = vec![named(SECRET)];
    vec![
        ("secret.white_space", good().secret(format!("{SECRET}\n"))),
        (
            "secret.newline_signed",
            good().signed_with(format!("{SECRET}\n").as_bytes()),
        ),
        ("secret.quoted", good().secret(format!("\"{SECRET}\""))),
        (
            "secret.assignment",
            good().secret(format!("export A='{SECRET}'\n")),
        ),
        (
            "secret.trailing_text",
            good().secret(format!("{SECRET} # live")),
        ),
        ("secret.prefix_missing", good().secret(rest)),
        (
            "secret.prefix_stripped",
            good().signed_with(rest.as_bytes()),
        ),
        (
            "secret.base64_decoded",
            good().signed_with(b"example0123456789abcdef"),
        ),
        (
            "secret.hex_decoded",
            good()
                .secret(format!("whsec_{hex}"))
                .signed_with(b"helloworld"),
        ),
        (
            "secret.url_encoded",
            good().secret(SECRET.replace('_', "%5F")),
        ),
        (
            "secret.invisible_characters",
            good().secret(format!("\u{200b}{SECRET}")),
        ),
        (
            "secret.prefix_doubled",
            good().secret(format!("whsec_{SECRET}")),
        ),
        ("secret.prefix_case", good().secret(format!("Whsec_{rest}"))),
        ("secret.other", other),
        ("secret.api_token", good().secret("lm_team_abcdef")),
    ]
}

pub(crate) fn body_ways() -> Vec<(&'static str, Delivery)> {
    let body = sample();
    let text = std::str::from_utf8(body).unwrap();
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    let pretty = serde_json::to_string_pretty(&value).unwrap();
    let ascii: String = text
        .chars()
        .map(|c| match c {
            '\0'..='\u{7f}' => c.to_string(),
            _ => format!("\\u{:04x}", u32::from(c)),
        })
        .collect();
    let quoted = serde_json::to_string(text).unwrap();
    let form: String = url::form_urlencoded::byte_serialize(body).collect();
    let hex: String = body.iter().map(|b| format!("{b:02x}")).collect();
    let numbers: Vec<String> = body.iter().map(u8::to_string).collect();
    let latin1: String = body.iter().map(|&b| char::from(b)).collect();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let gzip = {
        use std::io::Write;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(body).unwrap();
        gzip.finish().unwrap()
    };
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, body);
    let sorted = {
        let mut members: Vec<_> = value.as_object().unwrap().clone().into_iter().collect();
        members.sort_by(|a, b| a.0.cmp(&b.0));
        serde_json::Value::Object(members.into_iter().collect()).to_string()
    };
    let accents = r#"{"event":"a","x":"é"}"#;
    vec![
        ("body.trailing_newline", good().body([body, b"\n"].concat())),
        (
            "body.newline_stripped",
            delivery_of(&[body, b"\n"].concat()).body(body),
        ),
        (
            "body.outer_white_space",
            good().body([b"\n", body, b"\n"].concat()),
        ),
        ("body.bom", good().body([b"\xef\xbb\xbf", body].concat())),
        (
            "body.utf16",
            good().body([b"\xff\xfe", &utf16[..]].concat()),
        ),
        (
            "body.line_endings",
            delivery_of(b"{\n\"a\":1}").body("{\r\n\"a\":1}"),
        ),
        ("body.nul_at_end", good().body([body, b"\0"].concat())),
        ("body.mojibake", good().body(latin1)),
        (
            "body.latin1",
            delivery_of(accents.as_bytes()).body(b"{\"event\":\"a\",\"x\":\"\xe9\"}"),
        ),
        ("body.reformatted", good().body(pretty.clone())),
        ("body.reescaped", good().body(text.replace('/', "\\/"))),
        (
            "body.reserialised",
            good().body(ascii.replace(",\"", ", \"")),
        ),
        ("body.keys_reordered", good().body(sorted)),
        (
            "body.numbers_rewritten",
            good().body(text.replace("\"link_index\":2", "\"link_index\":2.0")),
        ),
        (
            "body.shell_expanded",
            delivery_of(br#"{"a":"x\ny"}"#).body("{\"a\":\"x\ny\"}\n"),
        ),
        ("body.base64", good().body(base64)),
        ("body.hex", good().body(hex)),
        ("body.compressed", good().body(gzip)),
        ("body.json_string", good().body(quoted.clone())),
        ("body.form_encoded", good().body(format!("payload={form}"))),
        (
            "body.chunked",
            good().body(format!("{:x}\r\n{text}\r\n0\r\n\r\n", text.len())),
        ),
        (
            "body.http_message",
            good().body(format!("POST / HTTP/1.1\r\nA: b\r\n\r\n{text}")),
        ),
        (
            "body.wrapped",
            good().body(format!("{{\"body\":{quoted}}}")),
        ),
        (
            "body.buffer_json",
            good().body(format!(
                "{{\"type\":\"Buffer\",\"data\":[{}]}}",
                numbers.join(",")
            )),
        ),
        ("body.trailing_bytes", good().body(format!("{text}{text}"))),
        (
            "body.other_capture",
            delivery_of(b"{\"event\":\"message.sent\"}").body(body),
        ),
        ("body.empty", good().body("")),
        ("body.stringified_object", good().body("[object Object]")),
        ("body.truncated", good().body(&body[..900])),
        (
            "body.characters_replaced",
            good().body(text.replace('✓', "\u{fffd}")),
        ),
        (
            "body.invalid_utf8",
            good().body([&body[..20], b"\xff\xff", &body[22..]].concat()),
        ),
    ]
}

pub(crate) fn header_ways() -> Vec<(&'static str, Delivery)> {
    let value = good().headers.text(headers::SIGNATURE).unwrap().to_owned();
    let (_, hex) = value.rsplit_once('=').unwrap();
    let mac = SigningKey::from_bytes(SECRET.as_bytes()).mac(T.to_string().as_bytes(), sample());
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, mac);
    let moved = |name: &str| {
        let mut delivery = good();
        delivery.headers.remove(headers::SIGNATURE);
        if !name.is_empty() {
            delivery.headers.push(name, value.clone());
        }
        delivery
    };
    let twice = |name: &str, second: &str| {
        let mut delivery = good();
        delivery.headers.push(name, second);
        delivery
    };
    let mut no_delivery = good();
    no_delivery.headers.remove(headers::DELIVERY);
    vec![
        ("header.renamed", moved("HTTP_X_LETTERMINT_SIGNATURE")),
        ("header.missing", moved("")),
        (
            "header.joined",
            good().signature(|v| format!("t=1,v1={hex},{v}")),
        ),
        ("header.repeated", twice(headers::SIGNATURE, "t=1,v1=00")),
        ("header.quoted", good().signature(|v| format!("\"{v}\""))),
        (
            "header.url_encoded",
            good().signature(|v| v.replace('=', "%3D")),
        ),
        (
            "header.name_inside",
            good().signature(|v| format!("X-Lettermint-Signature: {v}")),
        ),
        ("header.spaces", good().signature(|v| v.replace('=', " = "))),
        (
            "header.stray_bytes",
            good().signature(|v| format!("\u{feff}{v}")),
        ),
        (
            "header.old_scheme",
            good().signature(|_| format!("sha256={hex}")),
        ),
        (
            "header.uppercase_hex",
            good().signature(|_| format!("t={T},v1={}", hex.to_uppercase())),
        ),
        (
            "header.base64_digest",
            good().signature(|_| format!("t={T},v1={base64}")),
        ),
        (
            "header.t_changed",
            good().signature(|v| v.replace("t=17", "t=18")),
        ),
        (
            "header.delivery_changed",
            good().header(headers::DELIVERY, "1791101731"),
        ),
        ("header.delivery_missing", no_delivery),
        (
            "header.delivery_repeated",
            twice(headers::DELIVERY, "1791101730"),
        ),
        ("header.t_milliseconds", {
            let value = format!("t={T}123,v1={hex}");
            let delivery = format!("{T}123");
            good()
                .header(headers::DELIVERY, delivery)
                .signature(|_| value)
        }),
    ]
}

pub(crate) fn signer_ways() -> Vec<(&'static str, Delivery)> {
    let body = sample();
    let t = T.to_string();
    let t = t.as_bytes();
    let message = [t, b".", body].concat();
    let digest: String = Sha256::digest(body)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let id = b"9d3f6a1e-7b2c-4f1a-9c3e-2b1a0f9e8d12";
    let secret = SECRET.as_bytes();
    let sha1 = Hmac::<sha1::Sha1>::new_from_slice(secret)
        .unwrap()
        .chain_update(&message);
    let sha512 = Hmac::<sha2::Sha512>::new_from_slice(secret)
        .unwrap()
        .chain_update(&message);
    let swapped = Hmac::<Sha256>::new_from_slice(&message)
        .unwrap()
        .chain_update(secret);
    let float = format!("{T}.0");
    vec![
        ("signer.body_only", good().signed_message(&[body])),
        ("signer.no_dot", good().signed_message(&[t, body])),
        ("signer.separator", good().signed_message(&[t, b":", body])),
        ("signer.order", good().signed_message(&[body, b".", t])),
        (
            "signer.id_prefixed",
            good().signed_message(&[id, b".", t, b".", body]),
        ),
        (
            "signer.body_timestamp",
            good().signed_message(&[b"2026-10-04T08:15:30.000000Z.", body]),
        ),
        (
            "signer.t_float",
            good().signed_message(&[float.as_bytes(), b".", body]),
        ),
        (
            "signer.t_milliseconds",
            good().signed_message(&[t, b"000.", body]),
        ),
        (
            "signer.plain_hash",
            good().digest(&Sha256::digest(&message)),
        ),
        (
            "signer.secret_hashed_in",
            good().digest(&Sha256::digest([secret, &message].concat())),
        ),
        ("signer.sha1", good().digest(&sha1.finalize().into_bytes())),
        (
            "signer.sha512",
            good().digest(&sha512.finalize().into_bytes()),
        ),
        (
            "signer.swapped",
            good().digest(&swapped.finalize().into_bytes()),
        ),
        (
            "signer.body_digest",
            good().signed_message(&[t, b".", digest.as_bytes()]),
        ),
    ]
}

pub(crate) fn time_ways() -> Vec<(&'static str, Delivery)> {
    let mut zero = good().at(T + 1);
    zero.tolerance = Tolerance::Seconds(0);
    let milliseconds = {
        let value = SigningKey::from_bytes(SECRET.as_bytes()).sign(T * 1_000, sample());
        good()
            .header(headers::SIGNATURE, value)
            .header(headers::DELIVERY, (T * 1_000).to_string())
    };
    vec![
        ("time.stale", good().at(T + 301)),
        ("time.future", good().at(T - 301)),
        ("time.zone", good().at(T + 7_200)),
        ("time.milliseconds", milliseconds),
        ("time.tolerance_zero", zero),
    ]
}
