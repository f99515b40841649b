//! `--watch`: sends again when files change.

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::Duration;

use notify::event::EventKind;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;

use crate::app::AppContext;
use crate::context::signals;
use crate::error::{Error, ErrorKind, Result};
use crate::exit::ExitCode;

/// How long nothing has to change before it is sent: an editor writes a file in several steps, and
/// a formatter and a compiler follow it.
const SETTLED: Duration = Duration::from_millis(200);

/// What is written in a watched directory and is nobody's source, besides hidden files.
const IGNORED: [&str; 4] = ["node_modules", "target", "__pycache__", "vendor"];

/// Files and directories that are watched, as long as it lives.
struct Watch {
    changes: mpsc::UnboundedReceiver<PathBuf>,
    _watcher: RecommendedWatcher,
}

/// Does `round` once, and again after each change until somebody interrupts. What goes wrong in a
/// round is said and does not end it, but for a wrong command line in the first.
pub(super) async fn run(
    app: &AppContext,
    paths: &[PathBuf],
    store: Option<PathBuf>,
    mut round: impl AsyncFnMut(bool) -> Result<ExitCode>,
) -> Result<ExitCode> {
    let mut interrupted = pin!(signals::interrupted());
    let mut watch = Watch::new(app, paths, store)?;
    let mut is_first = true;
    loop {
        match round(is_first).await {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Err(error),
            Err(error) if is_first && error.kind() == ErrorKind::Usage => return Err(error),
            Err(error) => app.terminal.error(&error),
            Ok(_) => {}
        }
        if is_first {
            let shown: Vec<_> = paths
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            let shown = shown.join(", ");
            app.terminal
                .status(&format!("sends again when one changes: {shown}"));
        }
        is_first = false;
        tokio::select! {
            changed = watch.next() => {
                let changed = changed.ok_or_else(|| Error::cannot_run("cannot watch any more"))?;
                let shown = changed.strip_prefix(&app.context.directory).unwrap_or(&changed);
                app.terminal.status(&format!("changed: {}", shown.display()));
            }
            () = &mut interrupted => return Err(Error::interrupted()),
        }
    }
}

impl Watch {
    /// Watches from now on. A path that does not exist is an error, exit 2.
    fn new(app: &AppContext, paths: &[PathBuf], store: Option<PathBuf>) -> Result<Self> {
        let mut roots = Vec::new();
        for path in paths {
            let root = app.context.directory.join(path).canonicalize();
            let root = root.map_err(|error| {
                let message = format!(
                    "--watch: {}: {}",
                    crate::error::describe_io(&error),
                    path.display()
                );
                Error::usage(message).hint("an EVENT stands before `--watch`")
            })?;
            roots.push(root);
        }
        let store = store.and_then(|path| {
            let directory = path.parent()?.canonicalize().ok()?;
            Some(directory.join(path.file_name()?))
        });
        let (sender, changes) = mpsc::unbounded_channel();
        let watched = roots.clone();
        let notice = move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            // What only reads is no change; the handler and this program do.
            if matches!(event.kind, EventKind::Access(_)) {
                return;
            }
            let is_source = |path: &PathBuf| {
                store.as_ref() != Some(path) && watched.iter().any(|root| counts(root, path))
            };
            if let Some(path) = event.paths.into_iter().find(is_source) {
                let _ = sender.send(path);
            }
        };
        let cannot = |error: notify::Error| Error::cannot_run(format!("cannot watch: {error}"));
        let mut watcher = notify::recommended_watcher(notice).map_err(cannot)?;
        for root in &roots {
            // An editor may write a file by putting another in its place, so a file is watched by
            // its directory.
            let (place, mode) = match root.parent().filter(|_| root.is_file()) {
                Some(directory) => (directory, RecursiveMode::NonRecursive),
                None => (root.as_path(), RecursiveMode::Recursive),
            };
            watcher.watch(place, mode).map_err(cannot)?;
        }
        Ok(Self {
            changes,
            _watcher: watcher,
        })
    }

    /// The first path of the next change, once nothing changes any more.
    async fn next(&mut self) -> Option<PathBuf> {
        let first = self.changes.recv().await?;
        while let Ok(Some(_)) = tokio::time::timeout(SETTLED, self.changes.recv()).await {}
        Some(first)
    }
}

/// Whether a path is a watched file, or in a watched directory and possibly a source.
fn counts(root: &Path, path: &Path) -> bool {
    let Ok(below) = path.strip_prefix(root) else {
        return false;
    };
    let is_log = path.extension().is_some_and(|extension| extension == "log");
    let mut names = below
        .components()
        .map(|name| name.as_os_str().to_string_lossy());
    below.as_os_str().is_empty()
        || !is_log && !names.any(|name| name.starts_with('.') || IGNORED.contains(&&*name))
}
