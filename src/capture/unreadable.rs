//! What a file is that is no capture, and how to get a readable one from it.

use super::Format;
use super::captured::without_bom;

/// How a file of another kind starts, what it is, and what to do about it.
const STARTS: [(&[u8], &str); 14] = [
    (
        b"version https://git-lfs.github.com/spec/",
        "a Git LFS pointer: run `git lfs pull`",
    ),
    (b"PK\x03\x04", "a ZIP archive: unpack it"),
    (
        b"\x28\xb5\x2f\xfd",
        "compressed with zstd: unpack it, or use gzip",
    ),
    (b"\xfd7zXZ", "compressed with xz: unpack it, or use gzip"),
    (b"BZh", "compressed with bzip2: unpack it, or use gzip"),
    (b"\x0a\x0d\x0d\x0a", PACKETS),
    (b"\xd4\xc3\xb2\xa1", PACKETS),
    (b"\xa1\xb2\xc3\xd4", PACKETS),
    (b"\xff\xfe", UTF_16),
    (b"\xfe\xff", UTF_16),
    (b"504f5354", HEX),
    (b"%PDF-", "a PDF"),
    (
        b"SQLite format 3",
        "a database of SQLite: export the request from the program that wrote it",
    ),
    (b"\x1f\x8b", "gzip inside of gzip: unpack it once"),
];

const PACKETS: &str = "a capture of network packets: export the request with Wireshark (Follow > TCP \
                       Stream, shown as `Raw`, saved as a file)";
const UTF_16: &str = "text in UTF-16, as PowerShell's `>` writes it: save it as UTF-8";

/// Words at the start of a text that tell what wrote it.
const TEXTS: [(&str, &str); 15] = [
    ("<!doctype html", HTML),
    ("<html", HTML),
    ("<?xml", "an XML document"),
    ("invoke-webrequest", POWERSHELL),
    ("invoke-restmethod", POWERSHELL),
    ("$session = new-object microsoft.powershell", POWERSHELL),
    (
        "fetch(",
        "a call of `fetch`: copy the request as cURL (bash)",
    ),
    (
        "await fetch(",
        "a call of `fetch`: copy the request as cURL (bash)",
    ),
    ("http ", HTTPIE),
    ("https ", HTTPIE),
    ("*   trying ", VERBOSE),
    ("* host ", VERBOSE),
    ("> post ", VERBOSE),
    ("xh ", HTTPIE),
    ("wget ", "a command of wget: write it for curl"),
];

/// Words anywhere in a text that tell what it is.
const WORDS: [(&str, &str); 7] = [
    ("invoke-webrequest", POWERSHELL),
    ("invoke-restmethod", POWERSHELL),
    ("\n> post ", VERBOSE),
    ("| http ", HTTPIE),
    (
        "fetch(",
        "a call of `fetch`: copy the request as cURL (bash)",
    ),
    ("0000  50 4f 53 54", HEX),
    ("504f 5354", HEX),
];

const HEX: &str = "a dump in hex: save the bytes themselves (`xxd -r FILE`, or Wireshark's Follow > \
                   TCP Stream, shown as `Raw`)";
const PROGRAM: &str = "a text or a program that names X-Lettermint headers: copy the request as cURL \
                       (bash), or save it as raw HTTP, with its request line and the body as sent";
const HTML: &str = "an HTML page, such as that of a login or an error: download the file again";
const POWERSHELL: &str = "a PowerShell command: copy the request as cURL (bash)";
const VERBOSE: &str = "output of `curl -v`, which has no body: `curl --trace FILE` writes all";
const HTTPIE: &str = "a command of HTTPie: `http --offline --print=HB …` prints the request, which is \
                      readable";

const PAYLOAD: &str = "JSON that may be a delivery's payload, without its headers: \
                       `verify --body FILE --signature VALUE` takes both";
const JSON: &str = "other JSON; to leave it out, name the captures instead of their directory, as in \
                    'fixtures/**/*.ndjson'";

/// Why a document that begins so is no capture.
pub(crate) fn explain(start: &[u8]) -> String {
    let text = String::from_utf8_lossy(without_bom(start));
    let text = text.trim_start().to_ascii_lowercase();
    let by_bytes = STARTS.iter().find(|(begin, _)| start.starts_with(begin));
    let by_text = || TEXTS.iter().find(|(begin, _)| text.starts_with(begin));
    let json = || match text.contains("\"event\"") && text.contains("\"data\"") {
        _ if !text.starts_with(['{', '[']) => None,
        true => Some(PAYLOAD),
        false => Some(JSON),
    };
    let known = by_bytes.map(|(_, what)| *what);
    let by_word = || WORDS.iter().find(|(word, _)| text.contains(word));
    let known = known.or_else(|| by_text().or_else(by_word).map(|(_, what)| *what));
    let program = || text.contains("x-lettermint-").then_some(PROGRAM);
    match known.or_else(json).or_else(program) {
        Some(what) => format!("not a capture: {what}"),
        None => {
            let names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
            format!("not a capture; expected one of: {}", names.join(", "))
        }
    }
}

/// Whether a file's name says that it is a capture.
pub(crate) fn is_capture_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(
        extension,
        "ndjson" | "jsonl" | "har" | "http" | "rest" | "curl" | "json" | "gz"
    )
}

/// Whether a file of such a name may be empty: one of no lines.
pub(crate) fn is_name_of_lines(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz"]
        .iter()
        .any(|extension| name.ends_with(extension))
}
