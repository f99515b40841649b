//! The whole round in one process, over real sockets and a real file: what `demo` shows.

use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::app::AppContext;
use crate::commands::demo::output::{DemoEnd, Step};
use crate::context::clock::Clock;
use crate::delivery::outgoing::{Outgoing, SigningPlan};
use crate::delivery::resend::resigned;
use crate::delivery::tampering::Tampering;
use crate::delivery::{Direction, Record, Target};
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::http::client::{Client, ClientOptions, Endpoint};
use crate::http::server::{self, ServerLimits};
use crate::lettermint::verification::SignedHeaders;
use crate::lettermint::{
    Fresh, NamedSecret, Random, Secret, SigningKey, Tolerance, Verifier, awkward, catalogue,
    retry_schedule,
};
use crate::listen::display_queue::{DisplayLine, DisplayQueue, DisplaySender};
use crate::listen::output::received::{Detail, Received};
use crate::listen::receiver::Receiver;
use crate::listen::recording::Recorder;
use crate::listen::request_filter::RequestFilter;
use crate::sending::job::{Job, template_of};
use crate::sending::sender::Sender;
use crate::sending::signer::Remarks;
use crate::store::Store;
use crate::terminal::Stream;
use crate::verify::output::{Source, Verification, VerificationSummary};

/// The event that is shown whole, replayed and tampered with.
const SHOWN: &str = "message.hard_bounced";

pub(crate) async fn run(app: &AppContext, clock: Clock, mut random: Random) -> Result<ExitCode> {
    let directory =
        tempfile::tempdir().map_err(|error| Error::io("make a temporary directory", &error))?;
    let path = directory.path().join("deliveries.ndjson");
    let listener = TcpListener::bind(("127.0.0.1", 0)).await;
    let listener = listener.map_err(|error| Error::io("listen", &error))?;
    let address = listener.local_addr();
    let port = (address.map_err(|error| Error::io("listen", &error))?).port();
    let url = format!("http://127.0.0.1:{port}/webhooks/lettermint");

    let named = throwaway_secret(&mut random)?;
    let secrets = [named];
    let verifier = Verifier::new([&secrets[0].secret], Tolerance::default());
    let (display, received) = DisplaySender::new(None, false);
    let mut receiver = Receiver::new(
        &secrets,
        Recorder::new(Some(Store::open(&path)?), false),
        RequestFilter::new([127, 0, 0, 1].into(), Vec::new()),
        None,
        display,
    );
    receiver.clock = clock;
    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(server::serve(
        listener,
        ServerLimits::default(),
        Arc::new(receiver),
        stopped,
    ));

    let options = ClientOptions {
        timeout: retry_schedule::TIMEOUT,
        allow_remote: false,
        cacert: None,
        insecure: false,
    };
    let endpoint = Endpoint::resolve(Target::parse(&url)?, false).await?;
    let mut round = Round {
        app,
        clock,
        random,
        key: SigningKey::new(&secrets[0].secret),
        secrets: secrets.iter().map(NamedSecret::label).collect(),
        sender: Sender::with_client(app, clock, Client::new(endpoint, &options)?),
        received,
        step: 0,
        surprises: 0,
    };
    round.begin(
        "Listen with a throwaway secret",
        format!("lettermint-hook listen --port {port} --secret-env DEMO_SECRET"),
    );
    round.send_all(&url).await?;
    round.verify(&verifier, &secrets[0], &path)?;
    let shown = recorded(&path)?
        .into_iter()
        .find(|record| record.event.as_deref() == Some(SHOWN))
        .ok_or_else(|| Error::negative(format!("the listener recorded no {SHOWN}")))?;
    round.replay(&shown, &url).await?;
    round.tamper(&shown, &url).await?;
    let surprises = round.surprises;
    drop(round);
    let _ = stop.send(true);
    let _ = serving.await;
    app.terminal.emit(&DemoEnd { surprises });
    Ok(ExitCode::of(surprises == 0))
}

fn throwaway_secret(random: &mut Random) -> Result<NamedSecret> {
    let drawn = random.bytes16().map(|byte| format!("{byte:02x}")).concat();
    let secret = Secret::new(format!("whsec_demo_{drawn}"))
        .map_err(|error| Error::cannot_run(error.to_string()))?;
    Ok(NamedSecret::new("throwaway", secret))
}

fn recorded(path: &Path) -> Result<Vec<Record>> {
    let text = std::fs::read(path).map_err(|error| Error::file("read", path, &error))?;
    let lines = text.split(|byte| *byte == b'\n');
    Ok(lines.filter_map(|line| Record::parse(line).ok()).collect())
}

struct Round<'a> {
    app: &'a AppContext,
    clock: Clock,
    random: Random,
    key: SigningKey,
    secrets: Vec<String>,
    sender: Sender<'a>,
    received: DisplayQueue,
    step: u32,
    surprises: u32,
}

impl Round<'_> {
    fn begin(&mut self, title: &'static str, command: String) {
        self.step += 1;
        self.app.terminal.emit(&Step {
            number: self.step,
            title,
            command,
        });
    }

    fn expect(&mut self, as_it_should_be: bool) {
        self.surprises += u32::from(!as_it_should_be);
    }

    async fn send_all(&mut self, url: &str) -> Result<()> {
        let command = format!("lettermint-hook send --all --to {url} --secret-env DEMO_SECRET");
        self.begin(
            "Send one delivery of every event; below each what arrived",
            command,
        );
        // As `send --all` does it: every event, and in the end an awkward delivery.
        let all = catalogue::EVENTS.iter().map(|event| (event, Vec::new()));
        let last = catalogue::find(awkward::EVENT).map(|event| (event, awkward::edits(event)));
        for (event, edits) in all.chain(last) {
            if event.sample_json().is_none() {
                continue;
            }
            let fresh = Fresh::draw(&mut self.random, self.clock.micros());
            let job = Job::render(&template_of(event.name, &edits)?, &fresh, 1);
            let plan = SigningPlan {
                key: &self.key,
                signed_at: self.clock.seconds(),
                attempt: 1,
            };
            let detail = match event.name {
                SHOWN => Detail::Payload,
                _ => Detail::Line,
            };
            let outgoing = Outgoing::signed(job.event, job.id, job.body, plan);
            let accepted = self.exchange(&outgoing, Remarks::default(), detail).await?;
            self.expect(accepted);
        }
        Ok(())
    }

    /// Sends one and shows what the listener saw. Whether it was accepted.
    async fn exchange(
        &mut self,
        outgoing: &Outgoing,
        remarks: Remarks,
        detail: Detail,
    ) -> Result<bool> {
        let end = self.sender.attempt(0, outgoing, &remarks).await?;
        let DisplayLine::Delivery(delivery) = self.received.next().await else {
            return Ok(false);
        };
        self.app.terminal.emit(&Received {
            delivery: &delivery,
            cause: None,
            detail,
            is_whole: self.app.terminal.is_verbose(),
            secrets: &self.secrets,
            forward_to: None,
            width: self.app.terminal.width(Stream::Stdout),
            zone: &self.app.zone(self.clock),
        });
        // The bytes that were recorded are the bytes that were sent.
        Ok(end.delivered && delivery.record.body == outgoing.body)
    }

    fn verify(&mut self, verifier: &Verifier, secret: &NamedSecret, path: &Path) -> Result<()> {
        let command = "lettermint-hook verify --secret-env DEMO_SECRET --quiet".to_owned();
        self.begin("Verify what was recorded, offline", command);
        let mut summary = VerificationSummary::default();
        for record in recorded(path)? {
            debug_assert_eq!(record.direction, Direction::Received);
            let now = record.at.div_euclid(1_000_000);
            let signed = SignedHeaders::of(&record.headers);
            let verdict = verifier.verify(signed, &record.body, Some(now));
            if verdict.is_valid() {
                summary.valid += 1;
                continue;
            }
            summary.invalid += 1;
            self.app.terminal.emit(&Verification::of_record(
                Source::whole(path.display().to_string()),
                &record,
                verdict,
                std::slice::from_ref(secret),
            ));
        }
        self.expect(summary.invalid == 0 && summary.valid > 0);
        self.app.terminal.emit(&summary);
        Ok(())
    }

    async fn replay(&mut self, shown: &Record, url: &str) -> Result<()> {
        let id = shown.id.as_deref().unwrap_or_default();
        let command =
            format!("lettermint-hook replay --id {id} --to {url} --secret-env DEMO_SECRET");
        self.begin("Replay one: same bytes, new signature, attempt 2", command);
        let outgoing = resigned(shown, &self.key, self.clock.seconds());
        let accepted = self
            .exchange(&outgoing, Remarks::default(), Detail::Line)
            .await?;
        self.expect(accepted && outgoing.attempt == 2);
        Ok(())
    }

    async fn tamper(&mut self, shown: &Record, url: &str) -> Result<()> {
        let command = format!(
            "lettermint-hook send {SHOWN} --tamper body-byte --to {url} --secret-env DEMO_SECRET"
        );
        self.begin(
            "Send one with a changed byte: it is refused, and the reason said",
            command,
        );
        let mut outgoing = resigned(shown, &self.key, self.clock.seconds());
        let mut body = outgoing.body.to_vec();
        // A digit of the status code: still JSON, still plausible, no longer what was signed.
        if let Some(at) = memchr::memmem::find(&body, b"550") {
            body[at] = b'2';
        }
        outgoing.body = body.into();
        let remarks = Remarks {
            tampering: Tampering::parse("body-byte").ok(),
            ..Remarks::default()
        };
        let accepted = self.exchange(&outgoing, remarks, Detail::Line).await?;
        self.expect(!accepted);
        Ok(())
    }
}
