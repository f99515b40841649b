//! Finding an endpoint, which may be about to start.

use std::time::Duration;

use tokio::time::Instant;

use crate::app::AppContext;
use crate::context::signals;
use crate::delivery::Target;
use crate::error::{Error, Result};
use crate::http::client::{ClientOptions, Endpoint};
use crate::terminal::duration::measured;

/// How long it is waited between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// A target with its addresses, checked against the loopback rule; if it is to be waited, once it
/// accepts connections.
pub(super) async fn reach(
    app: &AppContext,
    target: &Target,
    options: &ClientOptions,
    wait: Option<Duration>,
) -> Result<Endpoint> {
    if let Some(limit) = wait {
        until_it_accepts(app, target, options.allow_remote, limit).await?;
    }
    Endpoint::resolve(target.clone(), options.allow_remote).await
}

/// Waits until an endpoint accepts connections. When it does not in time that is an error, exit
/// 3. A name is looked up each time: a container's comes with the container.
async fn until_it_accepts(
    app: &AppContext,
    target: &Target,
    allow_remote: bool,
    limit: Duration,
) -> Result<()> {
    let began = Instant::now();
    let mut interrupted = std::pin::pin!(signals::interrupted());
    let mut is_said = false;
    loop {
        let left = limit.saturating_sub(began.elapsed());
        let look = async {
            let endpoint = Endpoint::resolve(target.clone(), allow_remote).await?;
            let patience = left.max(PAUSE);
            Ok::<_, Error>(endpoint.accepts_connections(patience).await)
        };
        let failure = tokio::select! {
            look = look => match look? {
                Ok(()) => break,
                Err(failure) => failure,
            },
            () = &mut interrupted => return Err(Error::interrupted()),
        };
        if began.elapsed() >= limit {
            let message = format!("no connection within {}: {target}", measured(limit));
            return Err(Error::cannot_run(message).hint(failure.to_string()));
        }
        if !is_said {
            is_said = true;
            let limit = measured(limit);
            let message = format!("waiting up to {limit} for {target} to accept connections");
            app.terminal.status(&message);
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = &mut interrupted => return Err(Error::interrupted()),
        }
    }
    if is_said {
        let waited = measured(began.elapsed());
        app.terminal
            .status(&format!("{target} accepts connections after {waited}"));
    }
    Ok(())
}
