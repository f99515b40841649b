//! The rules as data. Sources: Lettermint's SDK repositories and packages (python 1.0.2, 2.7.0
//! and 3.2.0, node 2.7.0, rust 1.0 and 2.3.0 were run; go, php, laravel, ruby, java, dotnet and
//! elixir were read), and listmonk's bounce webhook for Lettermint.

use super::Sdk;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rules {
    /// `None` reads headers and age as all SDKs of October 2026 do.
    pub(crate) older: Option<Older>,
    pub(crate) payload: Payload,
}

/// How an older SDK reads headers and age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Older {
    pub(crate) header: Header,
    pub(crate) delivery: Delivery,
    pub(crate) age: Age,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// Whether a second header is refused. Else the first counts.
    pub(crate) once: bool,
    /// Whether a second `t` is refused. Else the last counts.
    pub(crate) one_t: bool,
    /// Whether any of several `v1` may match. Else the last counts.
    pub(crate) any_v1: bool,
    /// Whether digests are compared as text, so that upper case fails.
    pub(crate) lower_hex_only: bool,
    pub(crate) spaces: Spaces,
    pub(crate) number: Number,
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

/// The commonest reading of the older ones, to vary.
const LAST_WINS: Header = Header {
    once: false,
    one_t: false,
    any_v1: false,
    lower_hex_only: true,
    spaces: Spaces::Nowhere,
    number: Number::Signed,
};

const ANY_MATCHES: Header = Header {
    once: false,
    one_t: true,
    any_v1: true,
    lower_hex_only: false,
    spaces: Spaces::AroundEntries,
    number: Number::Digits,
};

const SPACES_EVERYWHERE: Header = Header {
    spaces: Spaces::Everywhere,
    ..LAST_WINS
};

const ANY_HEX_TRIMMED: Header = Header {
    lower_hex_only: false,
    spaces: Spaces::AroundEntries,
    ..LAST_WINS
};

const fn payload(shape: Shape) -> Payload {
    Payload {
        shape,
        lossy: false,
        drops_mark: false,
    }
}

const fn lossy(shape: Shape) -> Payload {
    Payload {
        lossy: true,
        ..payload(shape)
    }
}

const UNREAD: Payload = payload(Shape::Unread);
const ANY_JSON: Payload = payload(Shape::AnyJson);
const OBJECT: Payload = payload(Shape::Object);
const WITH_EVENT: Payload = payload(Shape::ObjectWithEvent);

const fn modern(payload: Payload) -> Rules {
    let older = None;
    Rules { older, payload }
}

const fn older(header: Header, delivery: Delivery, age: Age, payload: Payload) -> Rules {
    Rules {
        older: Some(Older {
            header,
            delivery,
            age,
        }),
        payload,
    }
}

const fn sdk(name: &'static str, package: &'static str, ran: bool, rules: Rules) -> Sdk {
    Sdk {
        name,
        package,
        ran,
        rules,
    }
}

const NODE_3: Payload = Payload {
    drops_mark: true,
    ..lossy(Shape::Object)
};

const NODE_2: Rules = older(
    Header {
        once: true,
        number: Number::DigitsAsWritten,
        ..ANY_MATCHES
    },
    Delivery::Required,
    Age::EitherWay,
    lossy(Shape::AnyJson),
);

const PYTHON_2: Rules = older(
    Header {
        number: Number::AnyScript,
        ..LAST_WINS
    },
    Delivery::RequiredTrimmed,
    Age::EitherWay,
    ANY_JSON,
);

/// Its first versions also refuse anything from the future.
const JAVA_2: Rules = older(
    Header {
        number: Number::SignedAsWritten,
        ..SPACES_EVERYWHERE
    },
    Delivery::Ignored,
    Age::ZeroIsOff,
    OBJECT,
);

const DOTNET_2: Rules = older(ANY_MATCHES, Delivery::Ignored, Age::PastOnly, ANY_JSON);

const ELIXIR_1: Rules = older(
    Header {
        number: Number::SignedAsWritten,
        ..ANY_MATCHES
    },
    Delivery::Ignored,
    Age::EitherWay,
    UNREAD,
);

const LISTMONK: Rules = older(
    ANY_HEX_TRIMMED,
    Delivery::Ignored,
    Age::Fixed(300),
    lossy(Shape::Object),
);

/// The PHP SDK; Laravel's reads `event` off the array that it hands over.
const fn php_2(payload: Payload) -> Rules {
    older(
        LAST_WINS,
        Delivery::RequiredTrimmed,
        Age::EitherWay,
        payload,
    )
}

const RUST_1: Rules = older(
    ANY_HEX_TRIMMED,
    Delivery::Required,
    Age::EitherWay,
    ANY_JSON,
);
const GO_2: Rules = older(
    SPACES_EVERYWHERE,
    Delivery::Optional,
    Age::EitherWay,
    lossy(Shape::Object),
);
const RUBY_0: Rules = older(
    SPACES_EVERYWHERE,
    Delivery::RequiredTrimmed,
    Age::EitherWay,
    ANY_JSON,
);

/// Every SDK whose rules are known, newest generation first.
#[rustfmt::skip]
pub static SDKS: &[Sdk] = &[
    sdk("python@3", "PyPI lettermint 3", true, modern(OBJECT)),
    sdk("node@3", "npm lettermint 3", false, modern(NODE_3)),
    sdk("rust@2", "crate lettermint 2", true, modern(WITH_EVENT)),
    sdk("go@3", "lettermint-go 3", false, modern(OBJECT)),
    sdk("php@3", "lettermint/lettermint-php 3", false, modern(WITH_EVENT)),
    sdk("laravel@3", "lettermint/lettermint-laravel 3", false, modern(WITH_EVENT)),
    sdk("java@3", "co.lettermint:lettermint 3", false, modern(OBJECT)),
    sdk("dotnet@3", "NuGet Lettermint 3", false, modern(OBJECT)),
    sdk("elixir@2", "Hex lettermint 2", false, modern(OBJECT)),
    sdk("node@2.7", "npm lettermint 2.7", true, NODE_2),
    sdk("python@2", "PyPI lettermint 0.1 to 2", true, PYTHON_2),
    sdk("rust@1", "crate lettermint 1", true, RUST_1),
    sdk("go@2", "lettermint-go up to 2.1", false, GO_2),
    sdk("php@2", "lettermint/lettermint-php up to 2", false, php_2(payload(Shape::Container))),
    sdk("laravel@2", "lettermint/lettermint-laravel up to 2", false, php_2(WITH_EVENT)),
    sdk("ruby@0.2", "RubyGems lettermint 0.2", false, RUBY_0),
    sdk("java@2", "co.lettermint:lettermint up to 2", false, JAVA_2),
    sdk("dotnet@2", "NuGet Lettermint up to 2", false, DOTNET_2),
    sdk("elixir@1", "Hex lettermint up to 1", false, ELIXIR_1),
    sdk("listmonk", "listmonk's bounce webhook, 2026", false, LISTMONK),
];
