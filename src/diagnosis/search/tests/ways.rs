//! Ways to make each cause of the table happen, one at least.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::diagnosis::spoiled::{Delivery, SECRET, T, delivery_of, good, sample};
use crate::lettermint::headers;
use crate::lettermint::{Headers, SigningKey, Tolerance};

/// What is done to a good delivery, and the code of the cause that it has then.
#[derive(Default)]
pub(crate) struct Ways(pub(crate) Vec<(&'static str, Delivery)>);

pub(crate) fn ways() -> Vec<(&'static str, Delivery)> {
    let mut ways = Ways::default();
    ways.secrets();
    ways.bodies_as_text();
    ways.bodies_as_json();
    ways.bodies_in_carriers();
    ways.headers();
    ways.signers();
    ways.times();
    ways.0
}

impl Ways {
    fn add(&mut self, code: &'static str, delivery: Delivery) {
        self.0.push((code, delivery));
    }

    fn secret(&mut self, code: &'static str, given: impl Into<Vec<u8>>) {
        self.add(code, good().secret(given));
    }

    fn body(&mut self, code: &'static str, changed: impl Into<Vec<u8>>) {
        self.add(code, good().body(changed));
    }

    fn body_of(&mut self, code: &'static str, original: &str, changed: impl Into<Vec<u8>>) {
        self.add(code, delivery_of(original.as_bytes()).body(changed));
    }

    fn secrets(&mut self) {
        let rest = SECRET.strip_prefix("whsec_").unwrap();
        self.secret("secret.white_space", format!("{SECRET}\n"));
        self.secret("secret.white_space", format!(" {SECRET}\r\n"));
        for quote in ["\"", "'", "`"] {
            self.secret("secret.quoted", format!("{quote}{SECRET}{quote}"));
        }
        for line in ["export A='{}'\n", "A_B = {}", "B=1\nexport KEY=\"{}\"\n"] {
            self.secret("secret.assignment", line.replace("{}", SECRET));
        }
        for behind in [" # live", ";", ", "] {
            self.secret("secret.trailing_text", format!("{SECRET}{behind}"));
        }
        self.secret("secret.prefix_missing", rest);
        self.secret("secret.url_encoded", SECRET.replace('_', "%5F"));
        let invisible = format!("\u{feff}{SECRET}\u{200b}");
        self.secret("secret.invisible_characters", invisible);
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let text = format!("\u{feff}{SECRET}\r\n");
            let wide: Vec<u8> = text.encode_utf16().flat_map(bytes).collect();
            self.secret("secret.utf16", wide);
        }
        self.secret("secret.prefix_doubled", format!("whsec_whsec_{SECRET}"));
        self.secret("secret.prefix_case", format!("Whsec_{rest}"));
        let shouted = good().secret("WHSEC_ABC").signed_with(b"whsec_abc");
        self.add("secret.prefix_case", shouted);
        for (open, close) in [('“', '”'), ('‘', '’'), ('„', '“'), ('«', '»')] {
            self.secret("secret.quoted", format!("{open}{SECRET}{close}"));
        }
        let base64 = STANDARD.encode(SECRET);
        let hex: String = SECRET.bytes().map(|byte| format!("{byte:02x}")).collect();
        self.secret("secret.still_encoded", base64);
        self.secret("secret.still_encoded", hex);
        let store = format!("{{\"other\":1,\"LETTERMINT_WEBHOOK_SECRET\":\"{SECRET}\"}}");
        self.secret("secret.document", store);
        for (before, after) in [
            ("<", ">"),
            ("[", "]"),
            ("Bearer ", ""),
            ("http://x/?s=", "&a=1"),
        ] {
            self.secret("secret.embedded", format!("{before}{SECRET}{after}"));
        }
        let (start, end) = SECRET.split_at(12);
        for between in [" ", "\n  ", "\t"] {
            self.secret("secret.inner_white_space", format!("{start}{between}{end}"));
        }
        self.secret("secret.escaped", SECRET.replace('_', "\\_"));
        self.secret("secret.escaped", format!("{SECRET}\\n"));
        for placeholder in ["***", "whsec_...", "${SECRET}", "op://a/b", "undefined"] {
            self.secret("secret.placeholder", placeholder);
        }
        self.secret("secret.api_token", "lm_team_abcdef");
        let [lf, crlf] = ["\n", "\r\n"].map(|end| format!("{SECRET}{end}"));
        for (code, given, key) in [
            ("secret.newline_signed", SECRET, lf.as_bytes()),
            ("secret.newline_signed", SECRET, crlf.as_bytes()),
            ("secret.prefix_stripped", SECRET, rest.as_bytes()),
            ("secret.base64_decoded", SECRET, b"example0123456789abcdef"),
            ("secret.base64_decoded", "whsec_aGVsbG8=", b"hello"),
            ("secret.base64_decoded", "whsec_-_8=", b"\xfb\xff"),
            ("secret.hex_decoded", "whsec_68656c6c6f", b"hello"),
        ] {
            self.add(code, good().secret(given).signed_with(key));
        }
    }

    fn bodies_as_text(&mut self) {
        let body = sample();
        let text = std::str::from_utf8(body).unwrap();
        for end in ["\n", "\r\n", " \n\n"] {
            self.body("body.trailing_newline", format!("{text}{end}"));
        }
        for end in ["\n", "\r\n"] {
            self.body_of("body.newline_stripped", &format!("{text}{end}"), body);
        }
        self.body("body.outer_white_space", format!("\n {text}\n"));
        self.body("body.bom", format!("\u{feff}{text}"));
        self.body("body.bom", format!("\u{feff}{text}\n"));
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        self.body("body.utf16", [b"\xff\xfe", &little[..]].concat());
        let with_line_end = [b"\xff\xfe", &little[..], b"\r\0\n\0"].concat();
        self.body("body.utf16", with_line_end);
        self.body("body.utf16", little);
        self.body("body.utf16", big);
        self.body_of("body.line_endings", "{\n\"a\":1}", "{\r\n\"a\":1}");
        self.body_of("body.line_endings", "{\r\n\"a\":1}", "{\n\"a\":1}");
        self.body("body.nul_at_end", [body, b"\0\0"].concat());
        let latin1: String = body.iter().map(|&b| char::from(b)).collect();
        self.body("body.mojibake", latin1);
        self.body_of("body.mojibake", r#"{"a":"€"}"#, r#"{"a":"â‚¬"}"#);
        self.body_of("body.latin1", r#"{"a":"é"}"#, b"{\"a\":\"\xe9\"}");
        self.body_of("body.latin1", r#"{"a":"€"}"#, b"{\"a\":\"\x80\"}");
        let echoed = "{\"a\":\"x\ny\"}\n";
        self.body_of("body.shell_expanded", r#"{"a":"x\ny"}"#, echoed);
        self.body_of("body.shell_expanded", r#"{"a":"Hi!"}"#, r#"{"a":"Hi\!"}"#);
        self.body("body.empty", "");
        self.body("body.stringified_object", "[object Object]");
        self.body("body.truncated", &body[..900]);
        self.body("body.characters_replaced", text.replace('✓', "\u{fffd}"));
        let broken = [&body[..20], b"\xff\xff", &body[22..]].concat();
        self.body("body.invalid_utf8", broken);
        self.body_of("body.other_capture", "{\"event\":\"message.sent\"}", body);
    }

    fn bodies_as_json(&mut self) {
        let text = std::str::from_utf8(sample()).unwrap();
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        self.body("body.reformatted", pretty.replace("  ", "\t"));
        self.body("body.reformatted", pretty);
        self.body("body.reescaped", text.replace('/', "\\/"));
        let ascii: String = text
            .chars()
            .map(|c| match c {
                '\0'..='\u{7f}' => c.to_string(),
                _ => format!("\\u{:04x}", u32::from(c)),
            })
            .collect();
        self.body("body.reserialized", ascii.replace(",\"", ", \""));
        let mut members: Vec<_> = value.as_object().unwrap().clone().into_iter().collect();
        members.sort_by(|a, b| a.0.cmp(&b.0));
        let sorted = serde_json::Value::Object(members.into_iter().collect());
        self.body("body.keys_reordered", sorted.to_string());
        let floats = text.replace("\"link_index\":2", "\"link_index\":2.0");
        self.body("body.numbers_rewritten", floats);
        for (code, original, changed) in [
            ("body.reformatted", r#"{"a":1}"#, "{\n\t\"a\":1\n}\n"),
            ("body.reserialized", r#"{"a":"é"}"#, r#"{"a": "\u00e9"}"#),
            (
                "body.keys_reordered",
                r#"{"event":"message.sent","data":{"message_id":"1","subject":"s"}}"#,
                r#"{"data":{"subject":"s","message_id":"1"},"event":"message.sent"}"#,
            ),
            (
                "body.keys_reordered",
                r#"{"event":"message.policy_rejected","data":{"score":7}}"#,
                r#"{"data":{"score":7.0},"event":"message.policy_rejected"}"#,
            ),
        ] {
            self.body_of(code, original, changed);
        }
        let python = r#"{"a": 1e-07}"#;
        self.body_of("body.numbers_rewritten", r#"{"a":1.0e-7}"#, python);
    }

    fn bodies_in_carriers(&mut self) {
        let body = sample();
        let text = std::str::from_utf8(body).unwrap();
        let quoted = serde_json::to_string(text).unwrap();
        let form: String = url::form_urlencoded::byte_serialize(body).collect();
        let hex: String = body.iter().map(|b| format!("{b:02x}")).collect();
        let numbers: Vec<String> = body.iter().map(u8::to_string).collect();
        let numbers = numbers.join(",");
        let base64 = STANDARD.encode(body);
        let (head, tail) = text.split_at(20);
        let fast = Compression::fast();
        for compressed in [
            written(GzEncoder::new(Vec::new(), fast)).finish(),
            written(ZlibEncoder::new(Vec::new(), fast)).finish(),
            written(DeflateEncoder::new(Vec::new(), fast)).finish(),
        ] {
            self.body("body.compressed", compressed.unwrap());
        }
        let (first, rest) = base64.split_at(20);
        self.body("body.base64", format!("{first}\n{rest}\n"));
        self.body("body.base64", format!("\"{base64}\""));
        self.body("body.base64", base64.trim_end_matches('='));
        self.body("body.base64", URL_SAFE.encode(body));
        self.body("body.base64", &base64[..]);
        self.body("body.hex", format!("\\x{hex}\n"));
        self.body("body.hex", hex);
        self.body("body.form_encoded", format!("payload={form}"));
        self.body("body.form_encoded", format!("{form}="));
        self.body("body.form_encoded", format!("a=1&payload={form}\n"));
        let (all, but_20) = (body.len(), tail.len());
        self.body("body.chunked", format!("{all:x}\r\n{text}\r\n0\r\n\r\n"));
        let chunks = format!("14\r\n{head}\r\n{but_20:x}\r\n{tail}");
        self.body("body.chunked", format!("{chunks}\r\n"));
        self.body("body.chunked", chunks);
        let message = format!("POST / HTTP/1.1\r\nA: b\r\n\r\n{text}");
        self.body("body.http_message", message);
        for event in [
            format!(r#"{{"body":{quoted},"isBase64Encoded":false}}"#),
            format!(r#"{{"isBase64Encoded":true,"body":"{base64}"}}"#),
            format!(r#"{{"payload": {text} }}"#),
            format!(r#"{{"Records":[{{"body":{quoted}}}]}}"#),
        ] {
            self.body("body.wrapped", event);
        }
        let buffer = format!(r#"{{"type":"Buffer","data":[{numbers}]}}"#);
        self.body("body.buffer_json", buffer);
        self.body("body.trailing_bytes", format!("{text}{text}"));
        self.body("body.trailing_bytes", format!("{text}\n--boundary--"));
        self.body("body.json_string", quoted);
    }

    fn headers(&mut self) {
        let signed = good().headers.text(headers::SIGNATURE).unwrap().to_owned();
        let (_, hex) = signed.rsplit_once('=').unwrap();
        let mac = SigningKey::from_bytes(SECRET.as_bytes()).mac(T.to_string().as_bytes(), sample());
        for (code, lines) in [
            ("header.missing", ""),
            ("header.renamed", "HTTP_X_LETTERMINT_SIGNATURE: SIGNED"),
            ("header.renamed", "X_Lettermint_Signature: SIGNED"),
            ("header.repeated", "S: SIGNED\nS: t=1,v1=00"),
            (
                "header.old_scheme",
                "S: sha256=HEX\nX-Lettermint-Timestamp: T",
            ),
            ("header.old_scheme", "S: sha256=HEX\nD: T"),
            ("header.delivery_changed", "S: SIGNED\nD: 1791101731"),
            ("header.delivery_missing", "S: SIGNED"),
            ("header.delivery_repeated", "S: SIGNED\nD: T\nD: T"),
            ("header.t_milliseconds", "S: t=T123,v1=HEX\nD: T123"),
            ("header.t_changed", "S: t=1891101730,v1=HEX\nD: T"),
            ("header.joined", "S: t=1,v1=HEX,SIGNED\nD: T"),
            ("header.joined", "S: SIGNED,t=1,v1=00\nD: T"),
            ("header.quoted", "S: \"SIGNED\"\nD: T"),
            ("header.url_encoded", "S: t%3DT%2Cv1%3DHEX\nD: T"),
            (
                "header.name_inside",
                "S: X-Lettermint-Signature: SIGNED\nD: T",
            ),
            ("header.spaces", "S: t = T,v1 = HEX\nD: T"),
            ("header.stray_bytes", "S: \u{feff}SIGNED\nD: T"),
            ("header.uppercase_hex", "S: t=T, v1=UPPER\nD: T"),
            ("header.base64_digest", "S: t=T,v1=BASE64\nD: T"),
        ] {
            let mut delivery = good();
            delivery.headers = Headers::new();
            for line in lines.lines() {
                let (name, value) = line.split_once(": ").unwrap();
                let name = match name {
                    "S" => headers::SIGNATURE,
                    "D" => headers::DELIVERY,
                    name => name,
                };
                let value = value
                    .replace('T', &T.to_string())
                    .replace("SIGNED", &signed)
                    .replace("HEX", hex)
                    .replace("UPPER", &hex.to_uppercase())
                    .replace("BASE64", &STANDARD.encode(mac));
                delivery.headers.push(name, value);
            }
            self.add(code, delivery);
        }
    }

    fn signers(&mut self) {
        let body = sample();
        let t = T.to_string();
        let t = t.as_bytes();
        let message = [t, b".", body].concat();
        let digest: String = Sha256::digest(body)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        let id = b"9d3f6a1e-7b2c-4f1a-9c3e-2b1a0f9e8d12";
        let created = b"2026-10-04T08:15:30.000000Z";
        for (code, parts) in [
            ("signer.body_only", &[body][..]),
            ("signer.no_dot", &[t, body]),
            ("signer.separator", &[t, b":", body]),
            ("signer.separator", &[t, b"\n", body]),
            ("signer.order", &[body, b".", t]),
            ("signer.order", &[body, t]),
            ("signer.id_prefixed", &[id, b".", t, b".", body]),
            ("signer.body_timestamp", &[created, b".", body]),
            ("signer.t_float", &[t, b".0.", body]),
            ("signer.t_milliseconds", &[t, b"000.", body]),
            ("signer.body_digest", &[t, b".", digest.as_bytes()]),
        ] {
            let mac = SigningKey::from_bytes(SECRET.as_bytes()).mac_of(parts);
            self.add(code, good().digest(&mac));
        }
        let moved = (T - 1).to_string();
        let mut delivery = good();
        let value = delivery.headers.text(headers::SIGNATURE).unwrap();
        let value = value.replacen(&T.to_string(), &moved, 1);
        delivery.headers.set(headers::SIGNATURE, value);
        delivery.headers.set(headers::DELIVERY, moved);
        self.add("header.t_not_signed", delivery);
        let secret = SECRET.as_bytes();
        let secret_first = Sha256::digest([secret, &message].concat());
        let secret_last = Sha256::digest([body, secret].concat());
        for (code, digest) in [
            ("signer.plain_hash", Sha256::digest(&message).to_vec()),
            ("signer.plain_hash", Sha256::digest(body).to_vec()),
            ("signer.secret_hashed_in", secret_first.to_vec()),
            ("signer.secret_hashed_in", secret_last.to_vec()),
            ("signer.sha1", hmac::<Hmac<Sha1>>(secret, &message)),
            ("signer.sha1", hmac::<Hmac<Sha1>>(secret, body)),
            ("signer.sha512", hmac::<Hmac<Sha512>>(secret, &message)),
            ("signer.swapped", hmac::<Hmac<Sha256>>(&message, secret)),
        ] {
            self.add(code, good().digest(&digest));
        }
    }

    fn times(&mut self) {
        let mut zero = good().at(T + 1);
        zero.tolerance = Tolerance::Seconds(0);
        self.add("time.tolerance_zero", zero);
        let value = SigningKey::from_bytes(SECRET.as_bytes()).sign(T * 1_000, sample());
        let milliseconds = good()
            .header(headers::SIGNATURE, value)
            .header(headers::DELIVERY, (T * 1_000).to_string());
        self.add("time.milliseconds", milliseconds);
        self.add("time.stale", good().at(T + 301));
        self.add("time.future", good().at(T - 301));
        self.add("time.zone", good().at(T + 7_200));
    }
}

fn written<W: Write>(mut encoder: W) -> W {
    encoder.write_all(sample()).unwrap();
    encoder
}

fn hmac<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mac = <M as KeyInit>::new_from_slice(key).unwrap();
    mac.chain_update(message).finalize().into_bytes().to_vec()
}
