//! The rules as data. Sources: Lettermint's SDK repositories and packages (python 1.0.2, 2.7.0
//! and 3.2.0, node 2.7.0, rust 1.0 and 2.3.0 were run; go, php, laravel, ruby, java, dotnet and
//! elixir were read), and listmonk's bounce webhook for Lettermint.

use super::Sdk;

/// How one SDK decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(crate) header: HeaderRules,
    pub(crate) delivery: DeliveryRule,
    pub(crate) age: AgeRules,
    pub(crate) payload: PayloadRules,
}

/// How the signature header is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeaderRules {
    /// As all SDKs of October 2026 read it.
    Modern,
    Older(OlderHeader),
}

/// How an older SDK reads the signature header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OlderHeader {
    pub(crate) repeated_header: Repeated,
    pub(crate) repeated_t: Repeated,
    /// Which `v1` counts when there are several.
    pub(crate) several_v1: Several,
    /// Whether digests are compared as text, so that upper case fails.
    pub(crate) lower_hex_only: bool,
    pub(crate) spaces: Spaces,
    pub(crate) number: Number,
}

/// What happens with the second of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeated {
    Refused,
    FirstCounts,
    LastCounts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Several {
    AnyMayMatch,
    LastCounts,
}

/// Where white space is forgiven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spaces {
    Nowhere,
    AroundEntries,
    /// Also around the equals sign.
    Everywhere,
}

/// What is a number in `t`, and what of it is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Number {
    /// ASCII digits, signed as printed again.
    Digits,
    /// ASCII digits, signed as written.
    DigitsAsWritten,
    /// A sign is allowed, signed as printed again.
    Signed,
    /// A sign, white space and any script's digits are allowed, signed as printed again (Python's
    /// `int`).
    AnyScript,
    /// A sign is allowed, signed as written.
    SignedAsWritten,
}

/// What is asked of `X-Lettermint-Delivery`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeliveryRule {
    /// As all SDKs of October 2026: there, once, and equal to `t` as text.
    Modern,
    /// There and equal as a number; spaces are forgiven or not.
    Required { spaces: bool },
    /// Equal when it is there.
    Optional,
    /// Never looked at.
    Ignored,
}

/// How age is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AgeRules {
    /// Whether a tolerance of zero switches the check off.
    pub(crate) zero_is_off: bool,
    /// Whether anything from the future is refused.
    pub(crate) past_only: bool,
    /// A tolerance that cannot be configured, in seconds.
    pub(crate) fixed: Option<u64>,
}

/// What is asked of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PayloadRules {
    pub(crate) shape: Shape,
    /// Whether bytes that are not UTF-8 are replaced on reading, instead of refused.
    pub(crate) lossy: bool,
    /// Whether a byte order mark is dropped on reading.
    pub(crate) drops_mark: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The body is not read at all, and may be empty.
    Unread,
    /// Any JSON.
    AnyJson,
    /// An object or an array.
    Container,
    Object,
    /// An object with a text `event`.
    ObjectWithEvent,
}

impl Rules {
    pub(crate) fn is_modern(self) -> bool {
        self.header == HeaderRules::Modern
    }
}

const SYMMETRIC: AgeRules = AgeRules {
    zero_is_off: false,
    past_only: false,
    fixed: None,
};

const fn payload(shape: Shape) -> PayloadRules {
    PayloadRules {
        shape,
        lossy: false,
        drops_mark: false,
    }
}

const fn modern(payload: PayloadRules) -> Rules {
    Rules {
        header: HeaderRules::Modern,
        delivery: DeliveryRule::Modern,
        age: SYMMETRIC,
        payload,
    }
}

/// The commonest reading of the older ones, to vary.
const LAST_WINS: OlderHeader = OlderHeader {
    repeated_header: Repeated::FirstCounts,
    repeated_t: Repeated::LastCounts,
    several_v1: Several::LastCounts,
    lower_hex_only: true,
    spaces: Spaces::Nowhere,
    number: Number::Signed,
};

const ANY_MATCHES: OlderHeader = OlderHeader {
    repeated_header: Repeated::FirstCounts,
    repeated_t: Repeated::Refused,
    several_v1: Several::AnyMayMatch,
    lower_hex_only: false,
    spaces: Spaces::AroundEntries,
    number: Number::Digits,
};

const LOSSY_OBJECT: PayloadRules = PayloadRules {
    shape: Shape::Object,
    lossy: true,
    drops_mark: false,
};

const PHP_2: Rules = Rules {
    header: HeaderRules::Older(LAST_WINS),
    delivery: DeliveryRule::Required { spaces: true },
    age: SYMMETRIC,
    payload: payload(Shape::Container),
};

const fn sdk(name: &'static str, package: &'static str, ran: bool, rules: Rules) -> Sdk {
    Sdk {
        name,
        package,
        ran,
        rules,
    }
}

/// Every SDK whose rules are known, newest generation first.
pub static SDKS: &[Sdk] = &[
    sdk(
        "python@3",
        "PyPI lettermint 3",
        true,
        modern(payload(Shape::Object)),
    ),
    sdk(
        "node@3",
        "npm lettermint 3",
        false,
        modern(PayloadRules {
            shape: Shape::Object,
            lossy: true,
            drops_mark: true,
        }),
    ),
    sdk(
        "rust@2",
        "crate lettermint 2",
        true,
        modern(payload(Shape::ObjectWithEvent)),
    ),
    sdk(
        "go@3",
        "lettermint-go 3",
        false,
        modern(payload(Shape::Object)),
    ),
    sdk(
        "php@3",
        "lettermint/lettermint-php 3",
        false,
        modern(payload(Shape::ObjectWithEvent)),
    ),
    sdk(
        "laravel@3",
        "lettermint/lettermint-laravel 3",
        false,
        modern(payload(Shape::ObjectWithEvent)),
    ),
    sdk(
        "java@3",
        "co.lettermint:lettermint 3",
        false,
        modern(payload(Shape::Object)),
    ),
    sdk(
        "dotnet@3",
        "NuGet Lettermint 3",
        false,
        modern(payload(Shape::Object)),
    ),
    sdk(
        "elixir@2",
        "Hex lettermint 2",
        false,
        modern(payload(Shape::Object)),
    ),
    sdk(
        "node@2.7",
        "npm lettermint 2.7",
        true,
        Rules {
            header: HeaderRules::Older(OlderHeader {
                repeated_header: Repeated::Refused,
                number: Number::DigitsAsWritten,
                ..ANY_MATCHES
            }),
            delivery: DeliveryRule::Required { spaces: false },
            age: SYMMETRIC,
            payload: PayloadRules {
                shape: Shape::AnyJson,
                lossy: true,
                drops_mark: false,
            },
        },
    ),
    sdk(
        "python@2",
        "PyPI lettermint 0.1 to 2",
        true,
        Rules {
            header: HeaderRules::Older(OlderHeader {
                number: Number::AnyScript,
                ..LAST_WINS
            }),
            delivery: DeliveryRule::Required { spaces: true },
            age: SYMMETRIC,
            payload: payload(Shape::AnyJson),
        },
    ),
    sdk(
        "rust@1",
        "crate lettermint 1",
        true,
        Rules {
            header: HeaderRules::Older(OlderHeader {
                lower_hex_only: false,
                spaces: Spaces::AroundEntries,
                ..LAST_WINS
            }),
            delivery: DeliveryRule::Required { spaces: false },
            age: SYMMETRIC,
            payload: payload(Shape::AnyJson),
        },
    ),
    sdk(
        "go@2",
        "lettermint-go up to 2.1",
        false,
        Rules {
            header: HeaderRules::Older(OlderHeader {
                spaces: Spaces::Everywhere,
                ..LAST_WINS
            }),
            delivery: DeliveryRule::Optional,
            age: SYMMETRIC,
            payload: LOSSY_OBJECT,
        },
    ),
    sdk("php@2", "lettermint/lettermint-php up to 2", false, PHP_2),
    sdk(
        "laravel@2",
        "lettermint/lettermint-laravel up to 2",
        false,
        Rules {
            // It reads `event` off the array that the PHP SDK hands it.
            payload: payload(Shape::ObjectWithEvent),
            ..PHP_2
        },
    ),
    sdk(
        "ruby@0.2",
        "RubyGems lettermint 0.2",
        false,
        Rules {
            header: HeaderRules::Older(OlderHeader {
                spaces: Spaces::Everywhere,
                ..LAST_WINS
            }),
            delivery: DeliveryRule::Required { spaces: true },
            age: SYMMETRIC,
            payload: payload(Shape::AnyJson),
        },
    ),
    sdk(
        "java@2",
        "co.lettermint:lettermint up to 2",
        false,
        Rules {
            header: HeaderRules::Older(OlderHeader {
                spaces: Spaces::Everywhere,
                number: Number::SignedAsWritten,
                ..LAST_WINS
            }),
            delivery: DeliveryRule::Ignored,
            // Its first versions also refuse anything from the future.
            age: AgeRules {
                zero_is_off: true,
                ..SYMMETRIC
            },
            payload: payload(Shape::Object),
        },
    ),
    sdk(
        "dotnet@2",
        "NuGet Lettermint up to 2",
        false,
        Rules {
            header: HeaderRules::Older(ANY_MATCHES),
            delivery: DeliveryRule::Ignored,
            age: AgeRules {
                zero_is_off: true,
                past_only: true,
                fixed: None,
            },
            payload: payload(Shape::AnyJson),
        },
    ),
    sdk(
        "elixir@1",
        "Hex lettermint up to 1",
        false,
        Rules {
            header: HeaderRules::Older(OlderHeader {
                number: Number::SignedAsWritten,
                ..ANY_MATCHES
            }),
            delivery: DeliveryRule::Ignored,
            age: SYMMETRIC,
            payload: payload(Shape::Unread),
        },
    ),
    sdk(
        "listmonk",
        "listmonk's bounce webhook, 2026",
        false,
        Rules {
            header: HeaderRules::Older(OlderHeader {
                lower_hex_only: false,
                spaces: Spaces::AroundEntries,
                ..LAST_WINS
            }),
            delivery: DeliveryRule::Ignored,
            age: AgeRules {
                fixed: Some(300),
                ..SYMMETRIC
            },
            payload: LOSSY_OBJECT,
        },
    ),
];
