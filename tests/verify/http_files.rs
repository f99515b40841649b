//! Raw HTTP as editors, generators and people write it: what is one request, and where its body
//! ends. What `verify` calls valid is what `replay` sends and `deliveries import` stores.

use crate::support::{NOW, Receiver, SECRET, Sandbox, sample, signature};

/// The headers of a delivery of a body, one a line, without a length.
fn headers(body: &[u8]) -> String {
    let signature = signature(SECRET, &NOW.to_string(), body);
    format!(
        "Content-Type: application/json\nX-Lettermint-Signature: {signature}\n\
         X-Lettermint-Event: message.sent\nX-Lettermint-Delivery: {NOW}\nX-Lettermint-Attempt: 1\n"
    )
}

fn body() -> String {
    let body = String::from_utf8(sample("message.sent").to_vec()).unwrap();
    assert!(
        body.len() > body.chars().count(),
        "it needs a character of several bytes"
    );
    body
}

/// Holds that a document has so many deliveries of a body, for every command.
#[track_caller]
fn expect(document: &[u8], body: &str, count: usize, note: &str) {
    let sandbox = Sandbox::with_secret();
    sandbox.write("capture.http", document);
    let run = sandbox.cmd("verify capture.http").run();
    run.exits(0)
        .prints(&[&format!("{count} of {count} valid"), note]);
    let receiver = Receiver::ok();
    let replay = format!("replay capture.http --every-attempt --to {}", receiver.url);
    sandbox.cmd(&replay).run().exits(0).prints(&[note]);
    let requests = receiver.requests();
    assert_eq!(requests.len(), count);
    assert!(
        requests
            .iter()
            .all(|request| request.body == body.as_bytes())
    );
    let run = sandbox.cmd("deliveries import capture.http").run().exits(0);
    run.says(&[note]);
    assert!(
        sandbox
            .records()
            .iter()
            .all(|record| record["body"] == body)
    );
}

#[test]
fn verify_reads_http_files_of_editors() {
    let body = body();
    let headers = headers(body.as_bytes());
    let request = format!("POST http://localhost:3000/hook HTTP/1.1\n{headers}\n{body}\n");
    let plain = request.replace(" HTTP/1.1", "");
    let relative = plain.replace("http://localhost:3000", "");
    let of_variable = plain.replace("http://localhost:3000", "{{host}}");
    for (document, count) in [
        (format!("### Bounce\n# @name bounce\n{request}\n###\n"), 1),
        (format!("{request}\n\n###\n\n{request}"), 2),
        (
            format!("###\n{request}\n### second\n// comment\n{plain}\n\n\n###\n"),
            2,
        ),
        (plain.clone(), 1),
        (format!("{plain}\n"), 1),
        (format!("\u{feff}### a\n{relative}"), 1),
        (format!("@host = localhost\n\n###\n{of_variable}"), 1),
        (of_variable.clone(), 1),
        (
            format!("GET http://localhost/healthz\n\n###\nhttp://localhost/\n\n###\n{plain}"),
            1,
        ),
        (plain.replace("/hook\n", "/hook\n    ?a=b\n    &c=d\n"), 1),
        (
            plain.replace("X-Lettermint-Event", "# the event\nX-Lettermint-Event"),
            1,
        ),
        (
            format!("{plain}\n> {{%\n  client.test()\n%}}\n\n<> 2026.200.json\n\n###\n{plain}"),
            2,
        ),
        (
            format!(
                "@host = localhost\n\nPOST http://{{{{host}}}}/x HTTP/1.1\n{headers}\n{body}\n"
            ),
            1,
        ),
        (
            format!(
                "### a\n< {{%\n  request.x()\n%}}\n{request}\n> {{% client.log() %}}\n\n### b\n{request}"
            ),
            2,
        ),
        (
            format!("### ws\nWEBSOCKET ws://localhost/x\n\n{{}}\n\n### b\n{request}"),
            1,
        ),
        (
            request
                .replace("\n\n{", "\n\n\n\n{")
                .replace("}}\n", "}}  \n"),
            1,
        ),
        (
            format!("{request}\nHTTP/1.1 200 OK\nContent-Length: 2\n\n{{}}\n\n{request}"),
            2,
        ),
        // What to do with the answer, without a separator anywhere.
        (format!("{request}\n> {{% client.log() %}}\n"), 1),
        (
            format!("{request}\n>> out.json\n\n{request}\n>>! out.json\n"),
            2,
        ),
        (format!("{request}\n> after.js\n"), 1),
        (format!("{{{{\n  exports.x = 1;\n}}}}\n{request}"), 1),
        (
            format!("{request}\n# @lang=lua\n> {{%\nclient.log()\n%}}\n"),
            1,
        ),
        (format!("{request}\n?? status == 200\n"), 1),
        (
            format!("### a\n{request}\n{{{{\n  test.status(200);\n}}}}\n"),
            1,
        ),
        (
            format!(
                "import ./a.http\nrun #x\n\n###\n{}",
                plain.replace("POST", "post")
            ),
            1,
        ),
        // Lines of other tools between messages
        (format!("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n{request}"), 1),
        (
            format!(
                "08:15:31.123456 IP localhost.5000 > localhost.3000: Flags [P.]\nE..4..@.@\n{request}"
            ),
            1,
        ),
        (
            format!(
                "{request}\nHTTP/1.1 401 Unauthorized\nContent-Length: 2\n\nno\n\n{}\n",
                "-".repeat(66)
            ),
            1,
        ),
        (
            format!("{request}\nGET /long HTTP/1.1\nContent-Length: 9\n\nx\n"),
            1,
        ),
        // The console of Postman
        (request.replace("\n\n", "\n \n"), 1),
        // Hurl
        (
            format!("POST http://h/x\n{headers}[Options]\ninsecure: true\n`{body}`\nHTTP 401\n"),
            1,
        ),
        (
            format!("POST http://h/x\n{headers}`{body}`\nHTTP 200\n[Asserts]\nstatus == 200\n"),
            1,
        ),
        (
            format!(
                "POST http://h/x\n{headers}```json\n{body}```\nHTTP 200\n\nPOST http://h/x\n{headers}{body}\nHTTP/1.1 200\n"
            ),
            2,
        ),
    ] {
        let with_crlf = document.replace('\n', "\r\n");
        for document in [&document, &with_crlf] {
            expect(document.as_bytes(), &body, count, "");
        }
    }
}

#[test]
fn verify_reads_the_files_that_an_http_file_names() {
    let sandbox = Sandbox::with_secret();
    let body = body();
    sandbox.write("bodies/sent.json", &body);
    let head = format!("POST http://h/x\n{}\n", headers(body.as_bytes()));
    sandbox.write("bodies/a.http", format!("{head}< ./sent.json\n\n###\n"));
    let run = sandbox.cmd("verify bodies/a.http").run().exits(0);
    run.prints(&["1 of 1 valid"]);
    sandbox.write("bodies/a.http", format!("{head}< ./missing.json\n"));
    let run = sandbox.cmd("verify bodies/a.http").run().exits(1);
    run.prints(&["✗ unreadable  bodies/a.http:1  expected the file `./missing.json`"]);
}

#[test]
fn verify_names_the_variable_that_an_http_file_does_not_define() {
    let sandbox = Sandbox::with_secret();
    let request = "POST {{host}}/hook\nX-Lettermint-Signature: {{signature}}\n\n{}\n";
    sandbox.write("a.http", request);
    let run = sandbox.cmd("verify a.http").run().exits(1);
    run.prints(&["note: the file does not say what {{signature}} stands for"]);
}

#[test]
fn verify_doubts_a_length_before_it_blames_the_receiver() {
    let body = body();
    let headers = headers(body.as_bytes());
    let (length, characters) = (body.len(), body.chars().count());
    let message = |length: usize, body: &str| {
        let head = format!("POST /hook HTTP/1.1\n{headers}Content-Length: {length}\n\n");
        head.replace('\n', "\r\n") + body
    };
    let short = format!(
        "Content-Length is {} short of the body: it counts characters",
        length - characters
    );
    for (document, count, note) in [
        (message(characters, &body), 1, &short[..]),
        (message(characters, &format!("{body}\n")), 1, &short),
        (
            message(characters, &format!("{body}\r\n\r\n")).repeat(3),
            3,
            &short,
        ),
        (
            message(length - 7, &body),
            1,
            "Content-Length is 7 short of the body",
        ),
        (
            message(length + 9, &body),
            1,
            "Content-Length is 9 more than the body",
        ),
        (
            message(length + 9, &format!("{body}\n")).repeat(2),
            2,
            "Content-Length is 9 more than the body",
        ),
        (message(length, &body).repeat(2), 2, ""),
        (message(length, &format!("{body}\n\n\n")).repeat(2), 2, ""),
        (
            message(0, &body).replace("Content-Length: 0\r\n", ""),
            1,
            "no Content-Length",
        ),
        (
            message(0, &format!("{body}\n")).replace("Content-Length: 0\r\n", ""),
            1,
            "no Content-Length",
        ),
        (
            message(0, &format!("{body}\n"))
                .replace("Content-Length: 0\r\n", "")
                .repeat(2),
            2,
            "no Content-Length",
        ),
        (
            message(0, &body).replace("Content-Length: 0", "Transfer-Encoding: chunked"),
            1,
            "there are no chunks",
        ),
        (
            message(0, &format!("{characters:x}\r\n{body}\r\n0\r\n\r\n"))
                .replace("Content-Length: 0", "Transfer-Encoding: chunked"),
            1,
            "a chunk's size is not that of what follows",
        ),
    ] {
        expect(document.as_bytes(), &body, count, note);
        // As an editor on Unix saves it.
        expect(document.replace('\r', "").as_bytes(), &body, count, note);
    }
}

/// Where line ends were changed by an editor, the length says which ones there were.
#[test]
fn verify_undoes_line_ends_that_the_length_contradicts() {
    let lf = body().replace(",\"", ",\n\"");
    let crlf = lf.replace('\n', "\r\n");
    for (sent, saved) in [(&lf, &crlf), (&crlf, &lf)] {
        let head = format!("POST /hook HTTP/1.1\n{}", headers(sent.as_bytes()));
        let document = format!("{head}Content-Length: {}\n\n{saved}\n", sent.len());
        expect(document.as_bytes(), sent, 1, "the file has other line ends");
    }
}

#[test]
fn replay_and_import_refuse_a_body_whose_end_is_in_doubt() {
    let headers = headers(b"no JSON at all, only text");
    let head = format!("POST /hook HTTP/1.1\n{headers}Content-Length: 9\n\n");
    let sandbox = Sandbox::with_secret();
    sandbox.write("a.http", format!("{head}no JSON at all, only text\n"));
    let doubt = "Content-Length says that the body ends after 9 bytes, in the middle of a line";
    let receiver = Receiver::unwanted();
    for options in ["", "--verbatim", "--concurrency 2"] {
        let replay = format!("replay a.http {options} --to {}", receiver.url);
        sandbox.cmd(&replay).run().exits(1).says(&[doubt]);
    }
    let run = sandbox.cmd("deliveries import a.http").run().exits(1);
    run.says(&[doubt])
        .prints(&["imported 0, 1 other request, 1 not readable"]);
    // The signature tells which it is.
    let run = sandbox.cmd("verify a.http --json").run().exits(1);
    assert_eq!(run.verdicts()[0]["signature"], "ok");
    assert_eq!(
        run.verdicts()[0]["notes"][0],
        "Content-Length is 16 short of the body"
    );
}
