//! The rules as data. Sources: Lettermint's SDK repositories and packages (python 1.0.2, 2.7.0
//! and 3.2.0, node 2.7.0, rust 1.0 and 2.3.0 were run; go, php, laravel, ruby, java, dotnet and
//! elixir were read), and listmonk's bounce webhook for Lettermint.

use super::Sdk;

/// How an older SDK reads headers and age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Older {
    /// Whether a second header is refused. Else the first counts.
    pub(crate) one_header: bool,
    /// Whether a second `t` is refused. Else the last counts.
    pub(crate) one_t: bool,
    /// Whether any of several `v1` may match. Else the last counts.
    pub(crate) any_v1: bool,
    /// Whether digests are compared as text, so that upper case fails.
    pub(crate) lower_hex_only: bool,
    pub(crate) spaces: Spaces,
    pub(crate) number: Number,
    pub(crate) delivery: Delivery,
    pub(crate) age: Age,
}

/// Where white space is forgiven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spaces {
    Nowhere,
    AroundEntries,
    /// Also around the equals sign.
    Everywhere,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Number {
    /// ASCII digits, signed as printed again.
    Digits,
    DigitsAsWritten,
    /// A sign is allowed, signed as printed again.
    Signed,
    /// A sign, white space and any script's digits are allowed, signed as printed again (Python's
    /// `int`).
    AnyScript,
    SignedAsWritten,
}

/// What is asked of `X-Lettermint-Delivery`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// There and equal as a number, spaces forgiven.
    RequiredTrimmed,
    Required,
    /// Equal when it is there.
    Optional,
    Ignored,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Age {
    EitherWay,
    /// A tolerance of zero switches the check off.
    ZeroIsOff,
    /// The same, and anything from the future is refused.
    PastOnly,
    /// A tolerance that cannot be configured, in seconds.
    Fixed(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Payload {
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
    AnyJson,
    Container,
    Object,
    ObjectWithEvent,
}

/// The commonest readings of the older ones, to vary.
const LAST_WINS: Older = Older {
    one_header: false,
    one_t: false,
    any_v1: false,
    lower_hex_only: true,
    spaces: Spaces::Nowhere,
    number: Number::Signed,
    delivery: Delivery::RequiredTrimmed,
    age: Age::EitherWay,
};

const ANY_MATCHES: Older = Older {
    one_header: false,
    one_t: true,
    any_v1: true,
    lower_hex_only: false,
    spaces: Spaces::AroundEntries,
    number: Number::Digits,
    delivery: Delivery::Ignored,
    age: Age::EitherWay,
};

const fn strict(shape: Shape) -> Payload {
    Payload {
        shape,
        lossy: false,
        drops_mark: false,
    }
}

const fn lossy(shape: Shape) -> Payload {
    Payload {
        lossy: true,
        ..strict(shape)
    }
}

const OBJECT: Payload = strict(Shape::Object);
const WITH_EVENT: Payload = strict(Shape::ObjectWithEvent);
const ANY_JSON: Payload = strict(Shape::AnyJson);
const NODE_3: Payload = Payload {
    drops_mark: true,
    ..lossy(Shape::Object)
};

const fn read(name: &'static str, package: &'static str, payload: Payload) -> Sdk {
    Sdk {
        name,
        package,
        ran: false,
        older: None,
        payload,
    }
}

const fn ran(name: &'static str, package: &'static str, payload: Payload) -> Sdk {
    Sdk {
        ran: true,
        ..read(name, package, payload)
    }
}

impl Sdk {
    const fn older(self, older: Older) -> Self {
        Self {
            older: Some(older),
            ..self
        }
    }
}

/// Every SDK whose rules are known, newest generation first.
#[rustfmt::skip]
pub(crate) static SDKS: &[Sdk] = &[
    ran("python@3", "PyPI lettermint 3", OBJECT),
    read("node@3", "npm lettermint 3", NODE_3),
    ran("rust@2", "crate lettermint 2", WITH_EVENT),
    read("go@3", "lettermint-go 3", OBJECT),
    read("php@3", "lettermint/lettermint-php 3", WITH_EVENT),
    read("laravel@3", "lettermint/lettermint-laravel 3", WITH_EVENT),
    read("java@3", "co.lettermint:lettermint 3", OBJECT),
    read("dotnet@3", "NuGet Lettermint 3", OBJECT),
    read("elixir@2", "Hex lettermint 2", OBJECT),
    ran("node@2.7", "npm lettermint 2.7", lossy(Shape::AnyJson)).older(Older {
        one_header: true,
        number: Number::DigitsAsWritten,
        delivery: Delivery::Required,
        ..ANY_MATCHES
    }),
    ran("python@2", "PyPI lettermint 0.1 to 2", ANY_JSON)
        .older(Older { number: Number::AnyScript, ..LAST_WINS }),
    ran("rust@1", "crate lettermint 1", ANY_JSON).older(Older {
        lower_hex_only: false,
        spaces: Spaces::AroundEntries,
        delivery: Delivery::Required,
        ..LAST_WINS
    }),
    read("go@2", "lettermint-go up to 2.1", lossy(Shape::Object))
        .older(Older { spaces: Spaces::Everywhere, delivery: Delivery::Optional, ..LAST_WINS }),
    read("php@2", "lettermint/lettermint-php up to 2", strict(Shape::Container)).older(LAST_WINS),
    // The same, but it reads `event` off the array that it hands over.
    read("laravel@2", "lettermint/lettermint-laravel up to 2", WITH_EVENT).older(LAST_WINS),
    read("ruby@0.2", "RubyGems lettermint 0.2", ANY_JSON)
        .older(Older { spaces: Spaces::Everywhere, ..LAST_WINS }),
    // Its first versions also refuse anything from the future.
    read("java@2", "co.lettermint:lettermint up to 2", OBJECT).older(Older {
        spaces: Spaces::Everywhere,
        number: Number::SignedAsWritten,
        delivery: Delivery::Ignored,
        age: Age::ZeroIsOff,
        ..LAST_WINS
    }),
    read("dotnet@2", "NuGet Lettermint up to 2", ANY_JSON)
        .older(Older { age: Age::PastOnly, ..ANY_MATCHES }),
    read("elixir@1", "Hex lettermint up to 1", strict(Shape::Unread))
        .older(Older { number: Number::SignedAsWritten, ..ANY_MATCHES }),
    read("listmonk", "listmonk's bounce webhook, 2026", lossy(Shape::Object)).older(Older {
        lower_hex_only: false,
        spaces: Spaces::AroundEntries,
        delivery: Delivery::Ignored,
        age: Age::Fixed(300),
        ..LAST_WINS
    }),
];
