//! What replies say, as data, most specific first. Sources: replies of the frameworks and SDKs
//! themselves, of which `tests/fixtures/replies` has many as they came, and their source.

use crate::delivery::reply::FailureKind;
use crate::lettermint::verification::Reason;

/// Texts of which one in a reply, in lower case, with its header lines, is enough.
pub(super) struct Rule {
    pub(super) statuses: (u16, u16),
    pub(super) says: &'static [&'static str],
    pub(super) hint: &'static str,
}

const fn rule(statuses: (u16, u16), says: &'static [&'static str], hint: &'static str) -> Rule {
    Rule {
        statuses,
        says,
        hint,
    }
}

const ANY: (u16, u16) = (300, 999);
const SERVER: (u16, u16) = (500, 599);

/// What the official SDKs say beside their reason codes: Python 2 and 3, Node 2.7, PHP 2, Go 2,
/// in the order in which they check.
#[rustfmt::skip]
pub(super) static REASONS: &[(Reason, &[&str])] = &[
    (Reason::SignatureHeaderMissing, &[
        "x-lettermint-signature header is missing", "signature header is required",
        "missing signature header", "missing x-lettermint-signature header", "missing signature",
        "signature missing", "signature is missing",
        "invalid webhook signature: signature is required", "single x-lettermint-signature header",
    ]),
    (Reason::DeliveryHeaderMissing, &[
        "x-lettermint-delivery header is missing", "missing delivery header",
        "missing x-lettermint-delivery header", "single x-lettermint-delivery header",
    ]),
    (Reason::DeliveryTimestampMismatch, &[
        "does not match the signed timestamp", "signature and delivery timestamps do not match",
        "timestamp mismatch between signature and delivery", "delivery timestamp is invalid",
        "more than one x-lettermint-delivery", "invalid x-lettermint-delivery header",
    ]),
    (Reason::SignatureHeaderMalformed, &[
        "signature header is malformed", "signature header is invalid",
        "signature timestamp is invalid", "invalid signature format", "invalid signature header", "timestamp in signature",
        "missing timestamp (t=)", "missing hash (v1=)",
        "more than one x-lettermint-signature",
    ]),
    (Reason::BodyInvalid, &[
        "raw request body is required", "pass the raw request body", "raw request body is empty",
        "the \"data\" argument must be", "($data) must be of type string",
    ]),
    (Reason::TimestampOutOfTolerance, &[
        "outside the allowed tolerance", "outside the allowed range", "outside tolerance window",
        "seconds old (tolerance", "too old", "timestamp expired", "expired timestamp",
        "invalid timestamp", "timestamp outside", "timestamp out of", "stale",
    ]),
    (Reason::SignatureMismatch, &[
        "webhook signature does not match", "signature verification failed", "signature mismatch",
        "signatures do not match", "signature does not match", "invalid signature",
        "no matching signature", "no signatures found matching", "bad signature", "wrong signature", "signature invalid", "signature is invalid",
    ]),
    (Reason::PayloadInvalid, &[
        "webhook payload is not", "failed to decode webhook payload",
        "failed to parse webhook payload",
    ]),
];

/// What each reason says about a delivery that left here in order.
pub(super) fn of_reason(reason: Reason) -> &'static str {
    match reason {
        Reason::SignatureHeaderMissing => {
            "X-Lettermint-Signature was sent and did not reach the check: something in front drops it, or the handler reads another name"
        }
        Reason::SignatureHeaderMalformed => {
            "the check was given something else than the value that was sent: hand it the whole X-Lettermint-Signature, once"
        }
        Reason::DeliveryHeaderMissing => {
            "X-Lettermint-Delivery was sent and did not reach the check: something in front drops it, or the handler does not hand it on"
        }
        Reason::DeliveryTimestampMismatch => {
            "X-Lettermint-Delivery was the signed time when it was sent: hand the check that very header, not an id or the current time"
        }
        Reason::BodyInvalid => {
            "the check was given a parsed or an empty body: hand it the raw bytes, before any parser reads them"
        }
        Reason::TimestampOutOfTolerance => {
            "the handler finds the signed time too far from its own: compare both clocks, seconds with milliseconds, and what `--now` or `--verbatim` did if they were given"
        }
        Reason::SignatureMismatch => {
            "the handler computed another signature: its secret is another one, or it hashed other bytes than it received"
        }
        Reason::PayloadInvalid => {
            "its signature check passed, which comes first: only the payload is not what the handler takes"
        }
    }
}

/// Of a refusal among acceptances.
pub(super) const OTHER_BYTES: &str = "it accepted others that were signed with the same secret, so that is hardly at fault: it hashes other bytes than it received, such as JSON that it parsed and encoded again";

/// Of a delivery that is not to be accepted.
pub(super) const RIGHTLY_REFUSED: &str = "the handler refused it, as it should";
pub(super) const REFUSED_BY_FAILING: &str =
    "the handler refused it, but by failing: catch the error of its check and answer 401";

pub(super) const OTHER_STATUS: &str = "only 200 to 299 count as delivered";

#[rustfmt::skip]
pub(super) static RULES: &[Rule] = &[
    // The handler has no secret.
    rule(ANY, &["webhook secret is required", "webhook secret cannot be empty", "no lettermint webhook secret was found", "signing secret must be a non-empty string", "signing secret is required", "secret is not set", "secret not set", "secret not configured", "secret is not configured", "the \"key\" argument must be", "($key) must be of type string, null given"],
        "the handler has no secret: set it in the environment of the handler's own process"),

    // This program's own listener.
    rule(ANY, &["the handler could not be reached", "the handler gave no answer", "the handler gave no http answer"],
        "a `listen --forward-to` answers here, and the handler behind it did not: see the detail above"),
    rule(ANY, &["on purpose\"}"], "the listener was asked to answer so, with --respond or --respond-for"),
    rule((503, 503), &["the delivery could not be recorded"], "the listener could not write its store: see what it prints"),
    rule((421, 421), &["--allow-host"], "the listener answers to loopback names only: start it with `--allow-host NAME` for this name"),
    rule((508, 508), &["loop"], "the delivery went round in a circle: something forwards to what forwards to it"),

    // TLS spoken to in plain.
    rule((400, 499), &["plain http request was sent to https port", "http request to an https server", "speaking plain http to an ssl-enabled", "requires tls"],
        "this port speaks TLS: use https://"),

    // Cross-site request forgery protection.
    rule((419, 419), &[""], "Laravel's CSRF protection refused it: `$middleware->validateCsrfTokens(except: ['webhooks/*'])` in bootstrap/app.php, or put the route into routes/api.php"),
    rule(ANY, &["csrf verification failed", "csrf failed"], "Django's CSRF protection refused it: decorate the view with `@csrf_exempt`"),
    rule(ANY, &["invalidauthenticitytoken", "can't verify csrf token authenticity"], "Rails' CSRF protection refused it: `skip_forgery_protection` in the webhook's controller"),
    rule(ANY, &["invalid csrf token"], "CSRF protection (csurf and its like) refused it: mount the webhook route before it"),
    rule(ANY, &["cross-site post form submissions are forbidden"], "SvelteKit's CSRF protection refused it: it wants Content-Type: application/json, or `csrf.trustedOrigins`"),
    rule(ANY, &["the csrf token is missing", "the csrf session token is missing"], "Flask-WTF's CSRF protection refused it: decorate the view with `@csrf.exempt`"),
    rule((400, 403), &["csrf token", "csrf protection", "csrf check", "csrf validation", "csrf error", "antiforgery", "anti-forgery"], "CSRF protection refused it: exempt the webhook's path"),

    // Something in front that is not the handler.
    rule(ANY, &["err_ngrok_3200", "err_ngrok_3004", "err_ngrok_8012"], "ngrok answers: its tunnel, or the server behind it, is not up"),
    rule(ANY, &["err_ngrok_"], "ngrok answers, not the handler: its code is explained at https://ngrok.com/docs/errors"),
    rule(ANY, &["cf-mitigated: challenge", "just a moment..."], "Cloudflare answers with a challenge for browsers: exempt the webhook's path in its security rules"),
    rule(ANY, &["_vercel_sso_nonce", "vercel authentication", "deployment protection"], "Vercel's deployment protection answers: switch it off for this deployment, or use the production domain"),
    rule((401, 401), &["server: netlify", "server: vercel"], "the hosting's password protection answers, not the handler: exempt the webhook's path, or use the production domain"),
    rule(ANY, &["deployment_not_found", "x-vercel-error"], "Vercel answers, not the handler: is the deployment there, and this its domain?"),
    rule(ANY, &["bypass-tunnel-reminder", "tunnel password"], "localtunnel answers with its page for browsers: send `-H 'bypass-tunnel-reminder: 1'`"),
    rule(ANY, &["error code: 1033", "argo tunnel error", "cloudflare tunnel error"], "Cloudflare's tunnel is not connected: is cloudflared running?"),
    rule((521, 523), &[""], "Cloudflare cannot reach the server behind it: is that running?"),
    rule((524, 524), &[""], "the handler took too long for Cloudflare: answer 2xx first, then do the slow work in a queue"),
    rule((525, 526), &[""], "Cloudflare does not get TLS with the server behind it: see that server's certificate"),

    // Names that the server does not answer to.
    rule(ANY, &["disallowedhost", "invalid http_host header"], "Django answers to other names only: add this host to ALLOWED_HOSTS"),
    rule(ANY, &["blocked host"], "Rails answers to other names only: add this host to `config.hosts`"),
    rule(ANY, &["blocked request. this host"], "Vite's dev server answers to other names only: add this host to `server.allowedHosts`"),
    rule(ANY, &["invalid host header", "invalid hostname"], "the server answers to other names only: add this host to those it allows"),

    // Bodies.
    rule(ANY, &["you called this url via post, but the url doesn't end in a slash"], "add the slash at the end of the URL: Django has the path with it only"),
    rule(ANY, &["stream is not readable", "body has already been", "body is unusable", "body used already", "body already consumed", "stream consumed", "rawpostdataexception", "cannot access body after reading"],
        "something read the body before the handler did: read it once, raw, in front of every parser"),
    rule((413, 413), &["server: nginx", "<center>nginx", "nginx/"], "nginx limits bodies to 1 MB unless told otherwise: `client_max_body_size 50m`; inbound mail with attachments is large"),
    rule(ANY, &["request entity too large", "payloadtoolarge", "body is too large", "fst_err_ctp_body_too_large", "request body too large", "maximum upload size exceeded"],
        "the handler's body limit is too small, such as 100 KB in Express (`express.raw({ limit: '50mb' })`): inbound mail with attachments is large"),
    rule((413, 413), &[""], "the handler's body limit is too small: inbound mail with attachments is large"),
    rule((400, 422), &["unexpected token", "json at position", "after json", "end of json input", "not valid json", "fst_err_ctp_invalid_json_body", "json parse error", "failed to decode json", "json decode error", "json_invalid", "invalid json", "malformed json", "could not parse json"],
        "a JSON parser read the body and refused it: is what was sent JSON? A handler that parses before it verifies cannot have the raw bytes"),
    rule((422, 422), &["\"loc\":[\"header\""], "the handler asks for a header that Lettermint does not send, or not by this name: the signature is in X-Lettermint-Signature (`lettermint-hook sign --headers` shows them all)"),
    rule((422, 422), &["\"loc\":[\"query\""], "the handler asks for a parameter in the URL, which a webhook has only if its URL does: FastAPI takes for one what is neither `Request`, a model nor a header"),
    rule((400, 422), &["field required", "validation error", "\"loc\":[\"body\"", "unprocessable", " should not exist", " must be a string", "must have required property", "zoderror", "invalid_type", "the given data was invalid", "field is required"],
        "the body was validated against a model of other fields: verify the raw body first, and read the fields that Lettermint sends (`lettermint-hook events EVENT`)"),
    rule((400, 422), &["did not attempt to load json", "unsupported media type", "fst_err_ctp_invalid_media_type"], "the handler must accept Content-Type: application/json"),
    rule((415, 415), &[""], "the handler must accept Content-Type: application/json"),

    // Other webhooks' handlers, and this delivery's own repeats.
    rule((400, 422), &["stripe-signature", "x-hub-signature", "svix-id", "svix-signature", "x-shopify-hmac", "x-twilio-signature"],
        "the handler checks another provider's header: Lettermint's signature is in X-Lettermint-Signature"),
    rule((400, 422), &["duplicate delivery", "duplicate event", "duplicate webhook", "duplicate id", "already processed", "already been processed", "already received", "already handled"],
        "answer 2xx to a delivery whose id is known: Lettermint sends again what is answered otherwise"),
    rule((409, 409), &[""], "answer 2xx to a delivery whose id is known: Lettermint sends again what is answered otherwise"),

    // Who is asking.
    rule((401, 403), &["unauthenticated", "not authenticated", "authentication credentials", "api key", "apikey", "access token", "bearer token", "jwt", "session expired", "log in", "login required"],
        "a login or an API's authentication guards the path: exempt it, the signature authenticates a delivery"),

    // Paths and methods.
    rule((404, 404), &["cannot post ", "route post:", "no route matches [post]", "no route found for post"], "the server is up and has no route for POST at this path: is it the handler's, and for POST?"),
    rule((404, 404), &["page not found at", "could not be found", "was not found on th", "404 page not found", "{\"detail\":\"not found\"}", "whitelabel error page", "404 not found", "this page could not"],
        "the server is up and does not know this path: is it the handler's, slash at the end included?"),
    rule((404, 404), &[""], "is this the handler's path? Without --to it is /webhooks/lettermint"),
    rule((410, 410), &[""], "the server says that the path is gone: has the handler moved?"),

    // Time and load.
    rule((408, 408), &[""], "the server gave up waiting: answer 2xx first, then do the slow work in a queue"),
    rule((429, 429), &[""], "the server limits the rate: exempt the webhook's path, or send slower with --rate; Lettermint would retry later"),
    rule((502, 502), &[""], "a proxy answers, and the handler behind it does not: is it running?"),
    rule((503, 503), &["service temporarily unavailable", "no server is available to handle", "no healthy upstream", "upstream connect error", "no available server"],
        "a proxy answers, and the handler behind it does not: is it running?"),
    rule((504, 504), &[""], "the handler took too long for the proxy before it: answer 2xx first, then do the slow work in a queue"),
    rule((501, 501), &[""], "the server does not know the method: the handler must accept POST at this path"),
    rule((511, 511), &[""], "a network in between asks for a login, not the handler"),

    // Failures of the handler's own.
    rule(SERVER, &["econnrefused", "connection refused"], "the handler failed because something that it needs refused the connection, such as a database: see its log"),
    rule(SERVER, &[""], "the handler failed: see its log"),
];

/// What a reply of 200 to 299 says against itself.
#[rustfmt::skip]
pub(super) static ODD: &[(&[&str], &str)] = &[
    (&["fatal error: ", "uncaught exception", "parse error: "], "PHP failed and answered 2xx all the same: set display_errors=0, and the status is 500"),
    (&["warning: ", "notice: ", "deprecated: "], "PHP printed a warning into the reply"),
    (&["err_ngrok_6024", "you are about to visit"], "ngrok's warning page for browsers answered, not the handler: send `-H 'ngrok-skip-browser-warning: 1'`"),
];

/// What to try when no answer came, by what its detail says.
#[rustfmt::skip]
pub(super) static FAILURES: &[(FailureKind, &str, &str)] = &[
    (FailureKind::Refused, " answers", "the server listens on the other loopback address only: use that, or localhost, which is tried on both"),
    (FailureKind::Refused, "", "is the server running, and on this port? `lettermint-hook listen` starts one on 3000"),
    (FailureKind::TimedOut, "", "Lettermint waits 30 seconds: answer 2xx first, then do the slow work in a queue"),
    (FailureKind::Closed, "before an answer came", "the handler crashed or closed the connection: see its log; or does this port speak HTTPS?"),
    (FailureKind::Closed, "reset", "the handler crashed or closed the connection: see its log; or does this port speak HTTPS?"),
    (FailureKind::Closed, "", "the handler crashed or closed the connection: see its log"),
    (FailureKind::Unresolved, "", "check the host name"),
    (FailureKind::Tls, "no TLS on this port", "use http:// for this port"),
    (FailureKind::Tls, "closed during", "does this port speak HTTPS? If not, use http://"),
    (FailureKind::Tls, "that of a CA", "give this very certificate with `--cacert FILE`, or accept any with `--insecure`"),
    (FailureKind::Tls, "has expired", "make a new certificate; `--insecure` accepts this one"),
    (FailureKind::Tls, "is not valid before", "compare both clocks; `--insecure` accepts it all the same"),
    (FailureKind::Tls, "not for ", "use a name of the certificate in the URL, or make one for this name; `--insecure` accepts it all the same"),
    (FailureKind::Tls, "", "for a certificate of your own use `--cacert FILE` with it or its CA's, `--insecure` for any, or http:// on loopback"),
    (FailureKind::NotHttp, "a TLS alert", "this port speaks TLS: use https://"),
    (FailureKind::Other, "loop detected", "forward to the handler's own URL, and stop what forwards to this listener"),
    (FailureKind::NotHttp, "", "something else than an HTTP server listens there"),
];
