//! A signature that is right, at a time that is not.

use super::stacks::NONE;
use super::{SIGNING_DOCS, causes};

causes! { TIME_CAUSES: Time;
    TIME_STALE = "time.stale", true,
        "The signature is genuine but too old.",
        place: "a replayed capture, a queue between receiving and verifying, or a receiver's clock that is fast",
        fix: "Verify on arrival and check the clock (NTP); to test with an old capture use `lettermint-hook replay`, which signs again.",
        stacks: NONE, docs: SIGNING_DOCS;
    TIME_FUTURE = "time.future", true,
        "The signature is genuine but from the future.",
        place: "a receiver's clock that is slow, or a sender of your own with a clock that is fast",
        fix: "Check the clock (NTP), also of the container or virtual machine after a suspend.",
        stacks: NONE, docs: SIGNING_DOCS;
    TIME_ZONE = "time.zone", false,
        "The age is a whole number of half hours, so one side probably counts local time as UTC.",
        place: "a naive date converted to seconds (`datetime.utcnow().timestamp()`, `DateTime.Now`, `mktime`, `strtotime`)",
        fix: "Take unix seconds straight from the clock: `time()`, `time.time()`, `Date.now() / 1000`, `DateTimeOffset.UtcNow.ToUnixTimeSeconds()`.",
        stacks: NONE, docs: SIGNING_DOCS;
    TIME_MILLISECONDS = "time.milliseconds", true,
        "The signature is genuine, but its `t` is in milliseconds.",
        place: "a sender of your own that signs `Date.now()` or `System.currentTimeMillis()`",
        fix: "Sign unix seconds.",
        stacks: NONE, docs: SIGNING_DOCS;
    TIME_TOLERANCE_ZERO = "time.tolerance_zero", true,
        "The tolerance is 0, which accepts this very second only and does not switch the check off.",
        place: "a configuration that means 0 as `off`, as the Java and .NET SDKs did up to version 2",
        fix: "Set the tolerance to 300 seconds.",
        stacks: NONE, docs: SIGNING_DOCS;
    TIME_RECEIVER_UNIT = "time.receiver_unit", false,
        "Signature and age are fine here; a receiver that still calls it too old may compare `t` with milliseconds.",
        place: "`Date.now()` or `System.currentTimeMillis()` compared with `t` in a hand-written verifier",
        fix: "Compare `t` with unix seconds.",
        stacks: NONE, docs: SIGNING_DOCS;
}
