//! What a handler's reply says, read as a person would: the part that matters, and the hint that
//! fits it. `tests/fixtures/replies` holds replies as Express 4, Fastify 5, Hono 4, Flask 3,
//! FastAPI, Django 5, Next.js 15 and PHP 8 gave them, long pages cut and styles left out.

use std::collections::BTreeSet;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

use crate::support::{Answer, Receiver, Run, Sandbox, repository};

/// The line under the attempt's own, and the hint below it, as far as they matter.
#[rustfmt::skip]
const REAL: &[(&str, &str, &str)] = &[
    ("express-404", "reply: Cannot POST /webhooks/lettermint", "hint: the server is up and has no route for POST at this path"),
    ("express-bad-json", "reply: SyntaxError: Unexpected non-whitespace character after JSON at position 59\n", "hint: a JSON parser read the body and refused it"),
    ("express-413", "reply: PayloadTooLargeError: request entity too large\n", "hint: the handler's body limit is too small, such as 100 KB in Express"),
    ("express-stream-read", "reply: InternalServerError: stream is not readable\n", "hint: something read the body before the handler did"),
    ("express-csurf", "reply: ForbiddenError: invalid csrf token\n", "hint: CSRF protection (csurf and its like) refused it"),
    ("express-500", "reply: Error: boom is <here> & \"there\"\n", "hint: the handler failed: see its log"),
    ("express-sdk-parsed-body", "The raw request body is required.", "hint: the check was given a parsed or an empty body: hand it the raw bytes, before any parser reads them\n    hint: Express: mount `express.raw("),
    ("express-sdk-throws", "The raw request body is required.", "hint: the check was given a parsed or an empty body"),
    ("express-login-redirect", "reply: Location: /login\n", "hint: it leads to a login page (/login): exempt"),
    ("fastify-404", "Route POST:/x not found", "hint: the server is up and has no route for POST"),
    ("fastify-bad-json", "Body is not valid JSON", "hint: a JSON parser read the body"),
    ("fastify-413", "Request body is too large", "hint: the handler's body limit is too small"),
    ("hono-404", "reply: 404 Not Found", "hint: the server is up and does not know this path"),
    ("hono-basic", "reply: Unauthorized", "hint: it asks for a user and a password (Basic realm=\"Secure Area\"): `--basic-auth USER`"),
    ("hono-bearer", "reply: Unauthorized", "hint: it asks for a Bearer token, which Lettermint never sends"),
    ("flask-404", "reply: 404 Not Found: The requested URL was not found on the server.", "hint: the server is up and does not know this path"),
    ("flask-405", "reply: 405 Method Not Allowed: The method is not allowed", "hint: the handler must accept POST at this path, which takes HEAD, OPTIONS, GET only"),
    ("flask-bad-json", "reply: 400 Bad Request: Failed to decode JSON object: Extra data", "hint: a JSON parser read the body"),
    ("flask-415", "request Content-Type was not 'application/json'.", "hint: the handler must accept Content-Type: application/json"),
    ("flask-debugger", "reply: ValueError: boom is <here> & \"there\" // Werkzeug Debugger", "hint: the handler failed: see its log"),
    ("flask-sdk-stale", "WebhookVerificationError: The signed timestamp is outside the allowed tolerance.", "hint: the handler finds the signed time too far from its own: compare both clocks"),
    ("flask-slash", "reply: Location: http://127.0.0.1:5000/slash/\n", "hint: a redirect is a failed delivery"),
    ("fastapi-404", "{\"detail\":\"Not Found\"}", "hint: the server is up and does not know this path"),
    ("fastapi-405", "{\"detail\":\"Method Not Allowed\"}", "at this path, which takes GET only"),
    ("fastapi-422", "reply: body.type: Field required: body.payload: Field required\n", "hint: the body was validated against a model of other fields"),
    ("fastapi-500", "reply: Internal Server Error\n", "hint: the handler failed: see its log"),
    ("fastapi-basic", "Not authenticated", "hint: it asks for a user and a password (Basic): `--basic-auth USER`"),
    ("fastapi-bearer", "Not authenticated", "hint: it asks for a Bearer token"),
    ("fastapi-slash", "reply: Location: http://127.0.0.1:5000/slash/\n", "hint: a redirect is a failed delivery"),
    ("django-404", "reply: Page not found at /x: Page not found (404): Request Method\n", "hint: the server is up and does not know this path"),
    ("django-404-production", "reply: Not Found: The requested resource was not found on this server.", "hint: the server is up and does not know this path"),
    ("django-csrf", "reply: 403 Forbidden: Forbidden (403): CSRF verification failed. Request aborted.", "hint: Django's CSRF protection refused it: decorate the view with `@csrf_exempt`"),
    ("django-append-slash", "reply: RuntimeError at /slash: You called this URL via POST, but the URL doesn't end in a slash", "hint: add the slash at the end of the URL"),
    ("django-slash", "reply: Location: /slash/\n", "hint: a redirect is a failed delivery"),
    ("django-debug-500", "reply: ValueError at /throw: boom is <here> & \"there\"", "hint: the handler failed: see its log"),
    ("django-host", "reply: DisallowedHost at /get: Invalid HTTP_HOST header: 'my.ngrok.app'.", "hint: Django answers to other names only: add this host to ALLOWED_HOSTS"),
    ("django-rest-basic", "Authentication credentials were not provided.", "hint: it asks for a user and a password (Basic realm=\"api\")"),
    ("django-rest-bad-json", "JSON parse error - Extra data", "hint: a JSON parser read the body"),
    ("django-login-redirect", "reply: Location: /accounts/login/?next=/x\n", "hint: it leads to a login page"),
    ("next-compile-error", "reply: ModuleParseError: Module parse failed: 'import' and 'export' may appear only", "hint: the handler failed: see its log"),
    ("php-404", "reply: 404 Not Found: ", "hint: the server is up and does not know this path"),
];

/// Replies of 200 that are none.
#[rustfmt::skip]
const ODD: &[(&str, &str)] = &[
    ("php-fatal-200", "note: PHP failed and answered 2xx all the same"),
    ("php-warning-200", "note: PHP printed a warning into the reply"),
    ("php-die-200", "note: the reply says Invalid signature, and its status says success"),
];

/// Replies made after what is documented or in the source: head, body, the hint.
#[rustfmt::skip]
const MADE: &[(&str, &str, &str)] = &[
    // Reason codes and messages of the official SDKs.
    ("401 X", r#"{"error":"Invalid signature","reason":"signature_header_missing"}"#, "X-Lettermint-Signature was sent and did not reach the check"),
    ("401 X", r#"{"reason":"signature_header_malformed"}"#, "hand it the whole X-Lettermint-Signature, once"),
    ("401 X", r#"{"reason":"delivery_header_missing"}"#, "X-Lettermint-Delivery was sent and did not reach the check"),
    ("401 X", r#"{"reason":"delivery_timestamp_mismatch"}"#, "X-Lettermint-Delivery was the signed time"),
    ("400 X", r#"{"reason":"body_invalid"}"#, "the check was given a parsed or an empty body"),
    ("401 X", r#"{"reason":"timestamp_out_of_tolerance"}"#, "compare both clocks"),
    ("401 X", r#"{"reason":"signature_mismatch"}"#, "the handler computed another signature: its secret is another one, or it hashed other bytes"),
    ("400 X", r#"{"reason":"payload_invalid"}"#, "its signature check passed, which comes first"),
    ("400 X", "A single x-lettermint-delivery header is required.", "X-Lettermint-Delivery was sent and did not reach"),
    ("400 X", "The signature header is required.", "X-Lettermint-Signature was sent and did not reach"),
    ("400 X", "invalid webhook signature: missing hash (v1=) in signature", "hand it the whole X-Lettermint-Signature"),
    ("400 X", "invalid webhook signature: timestamp 1 is 9 seconds old (tolerance: 5m0s)", "compare both clocks"),
    ("400 X", "Pass the raw request body (str or bytes), not parsed JSON.", "the check was given a parsed or an empty body"),
    ("400 X", "Timestamp mismatch between signature and delivery headers", "X-Lettermint-Delivery was the signed time"),
    ("500 X", "No Lettermint webhook secret was found. Please set the LETTERMINT_WEBHOOK_SECRET variable in your environment.", "the handler has no secret"),
    ("401 X", r#"{"error":"Invalid signature"}"#, "the handler computed another signature"),
    ("400 X", r#"{"error":"Missing signature"}"#, "X-Lettermint-Signature was sent and did not reach"),
    ("400 X", "Invalid signature header", "hand it the whole X-Lettermint-Signature"),
    ("400 X", "Webhook Error: No signatures found matching the expected signature for payload.", "the handler computed another signature"),
    ("400 X", "Message timestamp too old", "compare both clocks"),
    ("403 X", "Bad signature", "signed with LETTERMINT_WEBHOOK_SECRET (sha256 "),
    ("401 X\r\nX-Powered-By: Express", "Invalid signature", "hint: Express: mount `express.raw("),
    ("401 X\r\nServer: uvicorn", "invalid signature", "hint: FastAPI: take `request: Request`"),
    // Runtimes and frameworks that were handed something else than bytes, or no secret.
    ("500 X\r\nX-Powered-By: Express", "TypeError [ERR_INVALID_ARG_TYPE]: The \"data\" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received an instance of Object", "hint: Express: mount `express.raw("),
    ("400 X", "Webhook Error: The \"data\" argument must be of type string or an instance of Buffer. Received undefined", "the check was given a parsed or an empty body"),
    ("500 X", "TypeError [ERR_INVALID_ARG_TYPE]: The \"key\" argument must be of type string or an instance of ArrayBuffer. Received undefined", "the handler has no secret"),
    ("500 X", "TypeError: hash_hmac(): Argument #2 ($data) must be of type string, array given", "the check was given a parsed or an empty body"),
    ("422 X", r#"{"detail":[{"type":"missing","loc":["header","lettermint-signature"],"msg":"Field required","input":null}]}"#, "the handler asks for a header that Lettermint does not send, or not by this name"),
    ("422 X", r#"{"detail":[{"type":"missing","loc":["query","payload"],"msg":"Field required","input":null}]}"#, "the handler asks for a parameter in the URL"),
    ("500 X", "Traceback (most recent call last):\n  File \"app.py\", line 1, in f\n    return data['x']\nKeyError: 'x'\n", "reply: KeyError: 'x'\n    hint: the handler failed: see its log"),
    ("400 X", r#"{"message":["property id should not exist","event must be a string"],"error":"Bad Request","statusCode":400}"#, "the body was validated against a model of other fields"),
    ("400 X", r#"{"error":"Bad Request","message":"body must have required property 'type'"}"#, "the body was validated against a model of other fields"),
    ("400 X", r#"{"name":"ZodError","issues":[{"code":"invalid_type","path":["type"]}]}"#, "the body was validated against a model of other fields"),
    ("400 X", r#"{"error":"Missing Stripe-Signature header"}"#, "the handler checks another provider's header"),
    ("409 X", "", "answer 2xx to a delivery whose id is known"),
    ("422 X", r#"{"error":"event already processed"}"#, "answer 2xx to a delivery whose id is known"),
    // Who asks for what.
    ("401 X\r\nWWW-Authenticate: Digest realm=\"x\"", "", "it asks for Digest realm=\"x\", which Lettermint never sends"),
    ("401 X", r#"{"message":"Unauthenticated."}"#, "a login or an API's authentication guards the path"),
    ("401 X\r\nServer: Netlify\r\nContent-Type: text/html", "<html><title>Password protected site</title></html>", "the hosting's password protection answers"),
    ("401 X\r\nServer: Vercel\r\nSet-Cookie: _vercel_sso_nonce=x\r\nContent-Type: text/html", "<!doctype html><title>Authentication Required</title>", "Vercel's deployment protection answers"),
    ("403 X\r\nServer: cloudflare\r\ncf-mitigated: challenge\r\nContent-Type: text/html", "<!DOCTYPE html><title>Just a moment...</title>", "Cloudflare answers with a challenge for browsers"),
    ("403 X\r\nContent-Type: text/html", "<html><form><input name=p type=\"password\"></form></html>", "a login page answers"),
    // Cross-site request forgery.
    ("419 X\r\nContent-Type: text/html", "<html><head><title>Page Expired</title></head><body><div>419</div><div>Page Expired</div></body></html>", "Laravel's CSRF protection refused it"),
    ("419 X", r#"{"message":"CSRF token mismatch."}"#, "Laravel's CSRF protection refused it"),
    ("422 X\r\nContent-Type: text/html", "<html><h1>ActionController::InvalidAuthenticityToken in WebhooksController#create</h1></html>", "Rails' CSRF protection refused it"),
    ("403 X", "Cross-site POST form submissions are forbidden", "SvelteKit's CSRF protection refused it"),
    ("400 X\r\nContent-Type: text/html", "<title>400 Bad Request</title><p>The CSRF token is missing.</p>", "Flask-WTF's CSRF protection refused it"),
    // Names.
    ("403 X", "Blocked request. This host (\"x\") is not allowed.", "Vite's dev server answers to other names only"),
    ("403 X\r\nContent-Type: text/html", "<h1>Blocked hosts: x.test</h1>", "Rails answers to other names only"),
    // Paths, methods, bodies.
    ("404 X\r\nContent-Type: text/html", "<!DOCTYPE html><html><head><title>404: This page could not be found.</title></head><body><h1>404</h1></body></html>", "the server is up and does not know this path"),
    ("404 X", "", "is this the handler's path?"),
    ("410 X", "", "has the handler moved?"),
    ("405 X\r\nAllow: GET", "", "the handler must accept POST at this path, which takes GET only"),
    ("413 X\r\nServer: nginx\r\nContent-Type: text/html", "<html><head><title>413 Request Entity Too Large</title></head><body><center><h1>413 Request Entity Too Large</h1></center><hr><center>nginx/1.25.3</center></body></html>", "nginx limits bodies to 1 MB"),
    ("500 X", "TypeError: Body is unusable: Body has already been read", "something read the body before the handler did"),
    ("400 X\r\nServer: nginx\r\nContent-Type: text/html", "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>", "this port speaks TLS: use https://"),
    ("400 X", "Client sent an HTTP request to an HTTPS server.", "this port speaks TLS: use https://"),
    // Time, load, proxies.
    ("429 X\r\nRetry-After: 30", "", "it asks to be tried again after 30 s"),
    ("503 X\r\nRetry-After: Wed, 21 Oct 2026 07:28:00 GMT", "", "it asks to be tried again after Wed, 21 Oct 2026 07:28:00 GMT"),
    ("502 X\r\nServer: nginx\r\nContent-Type: text/html", "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>", "a proxy answers, and the handler behind it does not"),
    ("503 X\r\nServer: nginx", r#"{"error":"out of workers"}"#, "the handler failed: see its log"),
    ("504 X\r\nServer: nginx", "", "the handler took too long for the proxy before it"),
    ("521 X\r\nServer: cloudflare", "", "Cloudflare cannot reach the server behind it"),
    ("530 X\r\nServer: cloudflare", "error code: 1033", "Cloudflare's tunnel is not connected"),
    ("404 X\r\nngrok-error-code: ERR_NGROK_3200", "", "ngrok answers: its tunnel, or the server behind it, is not up"),
    ("500 X", r#"{"message":"connect ECONNREFUSED 127.0.0.1:5432"}"#, "such as a database"),
    // What says nothing.
    ("400 X", r#"{"timestamp":"2026-10-04T08:15:30.000+00:00","status":400,"error":"Bad Request","path":"/x"}"#, "the reply does not say why"),
    ("401 X", "", "the reply does not say why: most often the handler has another secret"),
];

/// What is printed when a handler replies with this.
fn replied(sandbox: &Sandbox, answer: impl Into<Vec<u8>>, more: &str) -> Run {
    let receiver = Receiver::answering([Answer::bytes(answer).closing()]);
    let line = format!("send message.sent --no-store --to {} {more}", receiver.url);
    sandbox.cmd(&line).run()
}

fn made(head: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

#[test]
fn send_reads_the_replies_of_frameworks() {
    let sandbox = Sandbox::with_secret();
    let directory = repository("tests/fixtures/replies");
    let named: BTreeSet<_> = REAL
        .iter()
        .map(|(name, ..)| *name)
        .chain(ODD.iter().map(|(name, _)| *name))
        .collect();
    let files = std::fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files: BTreeSet<_> = files
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(files, named.iter().map(ToString::to_string).collect());
    let reply = |name: &str| std::fs::read(directory.join(format!("{name}.http"))).unwrap();
    for (name, excerpt, hint) in REAL {
        let run = replied(&sandbox, reply(name), "").exits(1);
        assert!(
            run.out().contains(excerpt) && run.out().contains(hint),
            "{name}\n{}",
            run.transcript()
        );
        assert!(
            !run.out().contains("not this"),
            "{name}\n{}",
            run.transcript()
        );
    }
    for (name, note) in ODD {
        let run = replied(&sandbox, reply(name), "").exits(0);
        assert!(run.out().contains(note), "{name}\n{}", run.transcript());
    }
}

#[test]
fn send_reads_the_replies_of_sdks_and_proxies() {
    let sandbox = Sandbox::with_secret();
    for (head, body, hint) in MADE {
        let run = replied(&sandbox, made(head, body), "").exits(1);
        assert!(
            run.out().contains(hint),
            "{head}\n{body}\n{}",
            run.transcript()
        );
    }
}

#[test]
fn send_says_what_is_odd_about_a_success() {
    let sandbox = Sandbox::with_secret();
    for (head, body, note) in [
        (
            "200 X",
            r#"{"error":"Invalid signature"}"#,
            Some(
                "note: the reply says `error: \"Invalid signature\"`, and its status says success; Lettermint counts it as delivered",
            ),
        ),
        (
            "202 X",
            r#"{"success":false}"#,
            Some("note: the reply says `success: false`"),
        ),
        (
            "200 X",
            r#"{"statusCode":401,"body":"no"}"#,
            Some("note: the reply says `statusCode: 401`"),
        ),
        (
            "200 X\r\nContent-Type: text/html",
            "<!doctype html><title>My shop</title><div id=root></div>",
            Some("reply: My shop\n    note: a web page answered: is this the handler's path?"),
        ),
        (
            "200 X\r\nContent-Type: text/html",
            "<!doctype html><input type=password>",
            Some("note: a login page answered"),
        ),
        (
            "200 X\r\nContent-Type: text/html",
            "<html><body>You are about to visit x.ngrok-free.app</body></html>",
            Some("note: ngrok's warning page"),
        ),
        ("200 X\r\nContent-Type: text/html", "ok", None),
        (
            "200 X",
            r#"{"received":true,"error":null,"errors":[]}"#,
            None,
        ),
        ("200 X", r#"{"status":"ok"}"#, None),
        ("204 X", "", None),
    ] {
        let run = replied(&sandbox, made(head, body), "").exits(0);
        match note {
            Some(note) => assert!(run.out().contains(note), "{}", run.transcript()),
            None => assert!(!run.out().contains("note:"), "{}", run.transcript()),
        }
    }
}

#[test]
fn send_says_in_what_a_redirect_differs() {
    let sandbox = Sandbox::with_secret();
    for (asked, location, hint) in [
        (
            "/hook",
            "/hook/",
            "a redirect is a failed delivery: add the slash at the end: http://127.0.0.1:PORT/hook/",
        ),
        (
            "/hook/",
            "/hook",
            "leave out the slash at the end: http://127.0.0.1:PORT/hook\n",
        ),
        (
            "/hook",
            "https://127.0.0.1:PORT/hook",
            "use https: https://127.0.0.1:PORT/hook",
        ),
        (
            "/hook",
            "https://www.127.0.0.1.test/hook",
            "use the final URL, https://www.127.0.0.1.test/hook",
        ),
        (
            "/Hook",
            "/hook",
            "mind upper and lower case: http://127.0.0.1:PORT/hook",
        ),
        (
            "/hook",
            "https://127.0.0.1:PORT/hook/",
            "use https and add the slash at the end: https://127.0.0.1:PORT/hook/",
        ),
        (
            "/hook",
            "http://127.0.0.1:8443/hook",
            "use its port: http://127.0.0.1:8443/hook",
        ),
        (
            "/hook",
            "http://127.0.0.1:PORT/hook",
            "leads to where it came from",
        ),
        (
            "/hook",
            "/en/users/sign_in",
            "it leads to a login page (/en/users/sign_in)",
        ),
        (
            "/hook",
            "/elsewhere",
            "use the final URL, http://127.0.0.1:PORT/elsewhere",
        ),
    ] {
        let receiver = Receiver::scripted({
            let location = location.to_owned();
            move |_, request| {
                let location = location.replace("127.0.0.1:PORT", request.header("Host"));
                Answer::bytes(made(&format!("307 X\r\nLocation: {location}"), ""))
            }
        });
        let url = format!("http://127.0.0.1:{}{asked}", receiver.port());
        let line = format!("send message.sent --no-store --to {url}");
        let run = sandbox.cmd(&line).run().exits(1);
        let hint = hint.replace("PORT", receiver.port());
        assert!(run.out().contains(&hint), "{}", run.transcript());
    }
    replied(&sandbox, made("302 X", ""), "")
        .exits(1)
        .prints(&["names no Location"]);
}

#[test]
fn send_shows_a_compressed_reply() {
    let sandbox = Sandbox::with_secret();
    let text = br#"{"reason":"signature_mismatch"}"#;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(text).unwrap();
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    zlib.write_all(text).unwrap();
    let mut raw = DeflateEncoder::new(Vec::new(), Compression::best());
    raw.write_all(text).unwrap();
    for (coding, body) in [
        ("gzip", gzip.finish().unwrap()),
        ("deflate", zlib.finish().unwrap()),
        ("deflate", raw.finish().unwrap()),
    ] {
        let answer = made(&format!("401 X\r\nContent-Encoding: {coding}"), &body);
        let run = replied(&sandbox, answer.clone(), "").exits(1);
        run.prints(&[
            "reply: {\"reason\":\"signature_mismatch\"}",
            "another signature",
        ]);
        // What is recorded is what came.
        let receiver = Receiver::answering([Answer::bytes(answer).closing()]);
        let sandbox = Sandbox::with_secret();
        let run = sandbox.send(&receiver.url, "message.sent").exits(1);
        assert_eq!(
            run.attempts()[0]["reply"],
            "{\"reason\":\"signature_mismatch\"}"
        );
        let recorded = &sandbox.records()[0]["reply"];
        assert!(recorded["body_base64"].is_string(), "{recorded}");
    }
    let answer = made("500 X\r\nContent-Encoding: br", b"\x0b\x02\x80\x00\x00\xff");
    replied(&sandbox, answer, "")
        .exits(1)
        .prints(&["reply: (6 bytes, as br)"]);
}

#[test]
fn send_does_not_inflate_a_bomb() {
    let sandbox = Sandbox::with_secret();
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&vec![b'a'; 50 << 20]).unwrap();
    let bomb = bomb.finish().unwrap();
    let answer = made("500 X\r\nContent-Encoding: gzip", bomb);
    for options in ["--verbose", "--json", "--json --count 1"] {
        let run = replied(&sandbox, &*answer, options).exits(1);
        assert!(run.stdout.len() < (64 << 10) + 1000, "{}", run.stdout.len());
    }
}

#[test]
fn send_verbose_shows_a_reply_whole() {
    let sandbox = Sandbox::with_secret();
    let body = format!("<html><p>{}</p>\nthe end</html>", "long ".repeat(100));
    let answer = made("500 X\r\nX-Trace: 1\r\nSet-Cookie: session=s3cret", &body);
    let run = replied(&sandbox, answer, "--verbose").exits(1);
    run.prints(&[
        "< HTTP 500",
        "< X-Trace: 1",
        "< Set-Cookie: [redacted]",
        &body[..500],
        "< the end</html>",
        "hint: ",
    ]);
    let answer = made("200 X", "fine");
    replied(&sandbox, answer, "-v")
        .exits(0)
        .prints(&["< HTTP 200", "< fine"]);
}

#[test]
fn send_says_that_credentials_were_not_accepted() {
    let sandbox = Sandbox::with_secret();
    let answer = made("401 X\r\nWWW-Authenticate: Basic realm=\"x\"", "");
    let sandbox = sandbox.env("LETTERMINT_HOOK_BASIC_AUTH_PASSWORD", "p");
    let run = replied(&sandbox, answer, "--basic-auth u").exits(1);
    run.prints(&["hint: it did not accept the credentials that were sent"]);
}

#[test]
fn send_reads_pages_of_any_shape_in_bounded_time() {
    let sandbox = Sandbox::with_secret();
    for body in [
        "<a".repeat(30_000),
        "<!--".repeat(16_000),
        "<script>".repeat(8_000),
        "&#".repeat(30_000),
        "<title>".repeat(9_000),
        "<h1>&lt;".repeat(7_000),
        format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000)),
    ] {
        let answer = made("500 X\r\nContent-Type: text/html", format!("<html>{body}"));
        let run = replied(&sandbox, answer, "").exits(1);
        assert!(run.stdout.len() < 2_000, "{}", run.stdout.len());
    }
}
