use lettermint_hook::lettermint::secret::{EmptySecret, Secret, SecretLint};

#[test]
fn secret_debug_says_nothing() {
    let secret = Secret::new("whsec_marker").unwrap();
    assert_eq!(format!("{secret:?}"), "Secret([redacted])");
}

#[test]
fn secret_empty_is_refused() {
    assert_eq!(Secret::new(""), Err(EmptySecret));
}

#[test]
fn secret_lints_name_each_mistake() {
    use SecretLint::*;
    for (texts, expected) in [
        (
            &[
                "whsec_abc",
                "whsec_test",
                "whsec_example_0123456789abcdef",
                "whsec_a$b",
            ][..],
            &[][..],
        ),
        (&["whsec_abc\n", " whsec_abc"], &[OuterWhiteSpace]),
        (
            &[
                "\"whsec_abc\"",
                "'whsec_abc'",
                "`whsec_abc`",
                "“whsec_abc”",
                "„whsec_abc“",
                "«whsec_abc»",
            ],
            &[Quoted],
        ),
        (&[" 'whsec_abc' "], &[OuterWhiteSpace, Quoted]),
        (&["abc"], &[PrefixMissing]),
        (&["whsec_whsec_abc"], &[PrefixDoubled]),
        (&["lm_team_abc"], &[ApiToken]),
        (&["whsec_"], &[PrefixOnly]),
        (
            &[
                "${LETTERMINT_WEBHOOK_SECRET}",
                "${{ secrets.LM }}",
                "$LETTERMINT_WEBHOOK_SECRET",
                "$(LM_SECRET)",
                "%LETTERMINT_WEBHOOK_SECRET%",
                "{{ lettermint_secret }}",
                "{{resolve:ssm:lm}}",
                "#{Secret}",
                "@@SECRET@@",
                "<%= ENV['X'] %>",
                "__LM_SECRET__",
                "whsec_${LM}",
            ],
            &[Unexpanded],
        ),
        (
            &[
                "op://dev/lettermint/secret",
                "arn:aws:secretsmanager:eu-west-1:1:secret:lm",
                "projects/1/secrets/lm/versions/latest",
                "@Microsoft.KeyVault(SecretUri=https://x.vault.azure.net/secrets/lm)",
                "ENC[AES256_GCM,data:x]",
                "ENC(x)",
                "vault:secret/data/lm#key",
                "ref+vault://lm/secret",
                "secretref:lm",
                "/run/secrets/lm",
                "./key.txt",
                "https://hooks.example.com/lm",
            ],
            &[Reference],
        ),
        (
            &[
                "***",
                "whsec_***",
                "whsec_exam••••••••",
                "whsec_...",
                "whsec_…",
                "whsec_ab...yz",
                "whsec_xxxxxxxx",
                "●●●●",
                "XXX",
            ],
            &[Masked],
        ),
        (
            &[
                "undefined",
                "null",
                "None",
                "nil",
                "[object Object]",
                "<nil>",
                "changeme",
                "change-me",
                "whsec_changeme",
                "your-secret-here",
                "whsec_your_secret_here",
                "<your-secret>",
                "[REDACTED]",
                "YOUR_WEBHOOK_SECRET",
                "TODO",
                "insert secret here",
                "replace-with-your-key",
            ],
            &[Placeholder],
        ),
        (
            &["d2hzZWNfZXhhbXBsZV8wMTIzNDU2Nzg5YWJjZGVm", "77687365635F61"],
            &[Encoded],
        ),
        (
            &[
                "<whsec_abc>",
                "[whsec_abc]",
                "Bearer whsec_abc",
                "LETTERMINT_WEBHOOK_SECRET=whsec_abc",
                "{\"LETTERMINT_WEBHOOK_SECRET\":\"whsec_abc\"}",
                "https://x/?secret=whsec_abc",
            ],
            &[Embedded],
        ),
        (&["WHSEC_ABC", "Whsec_abc"], &[PrefixCase]),
        (&["whsec_a bc", "whsec_a\nbc"], &[InnerWhiteSpace]),
        (&["whsec_a\u{200b}bc", "whsec_a\0b"], &[Invisible]),
        (&["whsec\\_abc"], &[PrefixMissing, Escaped]),
        (&["whsec_abc\\n"], &[Escaped]),
        (&["whsec_abc;", "whsec_abc,"], &[TrailingText]),
    ] {
        for text in texts {
            assert_eq!(Secret::new(*text).unwrap().lints(), expected, "{text:?}");
        }
    }
}

#[test]
fn secret_lints_name_utf_16() {
    let text = "\u{feff}whsec_abc\r\n".encode_utf16();
    let bytes: Vec<u8> = text.flat_map(u16::to_le_bytes).collect();
    assert_eq!(Secret::new(bytes).unwrap().lints(), [SecretLint::Utf16]);
}

#[test]
fn secret_lints_say_nothing_of_random_secrets() {
    use lettermint_hook::lettermint::Random;
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut random = Random::seeded(1);
    for length in 16..2_000 {
        let drawn = (0..16 + length % 32).map(|_| LETTERS[random.next_u64() as usize % 64]);
        let text = [&b"whsec_"[..], &drawn.collect::<Vec<u8>>()].concat();
        let secret = Secret::new(text.clone()).unwrap();
        assert_eq!(secret.lints(), [], "{}", String::from_utf8_lossy(&text));
    }
}
