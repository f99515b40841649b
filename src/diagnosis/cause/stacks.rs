//! Fixes in the words of the stacks that people run.

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct StackFix {
    pub(crate) stack: &'static str,
    pub(crate) fix: &'static str,
}

macro_rules! stacks {
    ($($(#[$doc:meta])* $name:ident: $($stack:literal => $fix:literal,)*;)*) => {
        $($(#[$doc])* pub(crate) static $name: &[StackFix] = &[
            $(StackFix { stack: $stack, fix: $fix },)*
        ];)*
    };
}

stacks! {
    /// Getting at the body before anything parses it.
    RAW_BODY:
        "Express" => "mount `express.raw({ type: 'application/json' })` on the webhook route, before any `express.json()`, and verify `req.body`, which is then a Buffer",
        "Next" => "in a route handler verify `await req.text()` and parse afterwards; in `pages/api` export `config = { api: { bodyParser: false } }` and collect the stream",
        "Fastify" => "`addContentTypeParser('application/json', { parseAs: 'buffer' }, (req, body, done) => done(null, body))` in the scope of the webhook route",
        "Laravel" => "verify `$request->getContent()`, never `json_encode($request->all())`",
        "Symfony" => "verify `$request->getContent()`, not `$request->toArray()` encoded again",
        "Rails" => "verify `request.raw_post`, not `params.to_json`",
        "Django" => "verify `request.body`, before anything reads `request.POST` or the stream",
        "Flask" => "verify `request.get_data()`, called before `request.json` and `request.form`",
        "FastAPI" => "take `request: Request` and verify `await request.body()`, not a Pydantic model dumped again",
        "Go net/http" => "verify the bytes of `io.ReadAll(r.Body)`, then `json.Unmarshal` those same bytes",
        "ASP.NET" => "call `Request.EnableBuffering()` and verify the bytes of `Request.Body`, not a bound model",
        "Spring" => "take `@RequestBody byte[] body`, not a DTO or a `Map`",
        "axum" => "extract `body: Bytes`, verify, then `serde_json::from_slice(&body)`; not `Json<T>`",
        "API Gateway/Lambda" => "verify `event.body` as it stands, or `Buffer.from(event.body, 'base64')` when `event.isBase64Encoded`; keep JSON body parsers such as middy's off this handler",
    ;

    /// Getting at the body as bytes, not as text in some charset.
    RAW_BYTES:
        "Express" => "`express.raw({ type: 'application/json' })` keeps bytes; `express.text()` and `setEncoding('latin1')` do not",
        "Next" => "`Buffer.from(await req.arrayBuffer())` keeps bytes",
        "Laravel" => "`$request->getContent()` is bytes: no `utf8_encode`, `mb_convert_encoding` or `iconv` on it",
        "Rails" => "`request.raw_post` is binary: no `force_encoding` and `encode` before verifying",
        "Django" => "`request.body` is bytes: do not decode it before verifying",
        "Flask" => "`request.get_data()` without `as_text=True`",
        "ASP.NET" => "copy `Request.Body` to a MemoryStream; a StreamReader decodes, and drops a byte order mark",
        "Spring" => "`@RequestBody byte[]`, not `String`, whose charset defaults to ISO-8859-1 in older versions",
        "API Gateway/Lambda" => "`Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8')`",
    ;

    /// Undoing the base64 of a gateway.
    GATEWAY_BASE64:
        "API Gateway/Lambda" => "`Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8')`; in Python `base64.b64decode(event['body'])` when `event['isBase64Encoded']`",
        "Laravel" => "under Bref or Vapor the runtime decodes; do not decode twice, and do not read the event yourself",
        "Spring" => "with the serverless container use its servlet adapter, which decodes `isBase64Encoded`",
        "ASP.NET" => "use Amazon.Lambda.AspNetCoreServer, which decodes `IsBase64Encoded`",
    ;

    /// Getting the decompressed body.
    INFLATE:
        "Express" => "`express.raw()` inflates when `Content-Encoding` is kept; let the proxy forward that header",
        "Fastify" => "register `@fastify/compress`, which decompresses requests",
        "Go net/http" => "wrap `r.Body` in `gzip.NewReader` when `Content-Encoding` is gzip",
        "ASP.NET" => "`app.UseRequestDecompression()` before the endpoint",
        "axum" => "add `tower_http::decompression::RequestDecompressionLayer`",
        "Django" => "decompress in middleware, or switch request compression off at the proxy",
    ;

    SECRET_LOADING:
        "Express" => "with dotenv write `LETTERMINT_WEBHOOK_SECRET=whsec_…` on a line of its own, without quotes or comment",
        "Laravel" => "read it through `config()`, and run `php artisan config:clear` after changing `.env`",
        "Symfony" => "`%env(LETTERMINT_WEBHOOK_SECRET)%`, or `%env(trim:file:…)%` for a secret file",
        "Rails" => "`Rails.application.credentials` or `ENV.fetch`, with `.strip` for a file",
        "Django" => "`os.environ['LETTERMINT_WEBHOOK_SECRET']`; for a mounted file `.read().strip()`",
        "Go net/http" => "`strings.TrimSpace(string(b))` when it comes from a file",
        "ASP.NET" => "`dotnet user-secrets set` or an environment variable; values in appsettings.json need no extra quotes",
        "Spring" => "`@Value(\"${lettermint.webhook.secret}\")`; quotes in a .properties file are part of the value",
        "API Gateway/Lambda" => "`SecretString` of Secrets Manager may be a JSON object: take the member, not the whole text",
        "Kubernetes" => "make the secret with `kubectl create secret … --from-literal` or `printf %s`; `echo` adds a newline before base64",
    ;

    HEADERS:
        "nginx" => "names with hyphens pass as they are; use `proxy_pass_request_headers on`, and do not rename them to underscores, which nginx drops",
        "Laravel" => "`$request->header('X-Lettermint-Signature')` works in any case; `$_SERVER` has it as `HTTP_X_LETTERMINT_SIGNATURE`",
        "Rails" => "`request.headers['X-Lettermint-Signature']`; the Rack environment has it as `HTTP_X_LETTERMINT_SIGNATURE`",
        "Django" => "`request.headers['X-Lettermint-Signature']`; `request.META` has it as `HTTP_X_LETTERMINT_SIGNATURE`",
        "Express" => "`req.get('X-Lettermint-Signature')`; `req.headers` has lower-case names",
        "API Gateway/Lambda" => "names may arrive in lower case (HTTP API) or as sent (REST API): look them up in any case; repeated headers are joined with commas unless `multiValueHeaders` is read",
    ;
}
