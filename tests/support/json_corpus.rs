//! JSON that is hard on encoders.

use super::{Random, samples};

/// Bodies that are hard on encoders, and random ones.
pub(crate) fn json_corpus() -> Vec<String> {
    let samples = samples().into_iter();
    let text = |body: &[u8]| String::from_utf8(body.to_vec()).unwrap();
    let mut corpus: Vec<String> = samples.map(text).collect();
    for odd in [
        r#"{"b":1,"10":2,"9":3,"b":4,"01":5,"4294967295":6,"4294967294":7,"-1":8}"#,
        r#"{"0":"a","1":"b"}"#,
        r#"{"a":{},"b":[],"c":[{}],"d":{"0":[]}}"#,
        r#"[0,-0,0.0,-0.0,7.0,7.50,1e5,1E-7,1e-5,1e16,1e21,1e22,0.1e1,123456789012345678901234567890]"#,
        r#"[9007199254740993,9223372036854775807,9223372036854775808,-9223372036854775809,1.7976931348623157e308,5e-324]"#,
        r#"["\/","\u003c\u003e&'","\u2028\u2029","\u007f","\u0000\u001f","\ud83d\ude00","\b\f\n\r\t","\"\\"]"#,
        "[\"/\",\"<>\",\"\u{2028}\u{2029}\",\"\u{7f}\",\"😀\",\"é\"]",
        r#"["\ud800","\udc00x","\ud83d\ud83d\ude00"]"#,
        " { \"a\" : [ 1 , 2 ] }\n",
        "[0.1,0.2,0.30000000000000004,100,1.0e+25,0.000001,0.0000001,123456.789e3]",
    ] {
        corpus.push(odd.to_owned());
    }
    let mut random = Random::seeded(7);
    for _ in 0..2_000 {
        let mut json = String::new();
        value(&mut random, 0, &mut json);
        corpus.push(json);
    }
    corpus
}

fn value(random: &mut Random, depth: u32, out: &mut String) {
    match random.below(if depth > 3 { 5 } else { 8 }) {
        0 => out.push_str(["null", "true", "false"][random.below(3) as usize]),
        1 => out.push_str(&random.below(1 << 20).to_string()),
        2 => out.push_str(&(random.next_u64() >> random.below(64)).to_string()),
        3 => {
            let digits = random.next_u64() >> random.below(60);
            let exponent = random.below(50) as i64 - 25;
            out.push_str(&format!("{}.{digits}e{exponent}", random.below(10)));
        }
        4 => string(random, out),
        5 | 6 => {
            out.push('{');
            for index in 0..random.below(5) {
                if index > 0 {
                    out.push(',');
                }
                string(random, out);
                out.push(':');
                value(random, depth + 1, out);
            }
            out.push('}');
        }
        _ => {
            out.push('[');
            for index in 0..random.below(5) {
                if index > 0 {
                    out.push_str(", ");
                }
                value(random, depth + 1, out);
            }
            out.push(']');
        }
    }
}

fn string(random: &mut Random, out: &mut String) {
    const PIECES: [&str; 20] = [
        "a",
        "Z",
        "0",
        "1",
        "2",
        "10",
        "/",
        "\\/",
        "<",
        "&",
        "é",
        "\\u00e9",
        "😀",
        "\\ud83d\\ude00",
        "\u{2028}",
        "\\u2029",
        "\\n",
        "\\u001f",
        "\u{7f}",
        "_",
    ];
    out.push('"');
    for _ in 0..random.below(4) {
        out.push_str(PIECES[random.below(20) as usize]);
    }
    out.push('"');
}
