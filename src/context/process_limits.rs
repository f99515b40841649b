//! What this process may use: files and sockets, and that its memory is its own.

/// File descriptors that are kept for everything but connections: standard streams, store,
/// runtime, forwarded requests.
const KEPT: u64 = 64;

/// Asks for as many open files as the system allows, and returns how many connections that is.
/// Unknown limits count as `wanted`.
pub(crate) fn connections(wanted: usize) -> usize {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        let needed = (wanted as u64).saturating_mul(2).saturating_add(KEPT);
        let enough = limit.current.is_none_or(|current| current >= needed);
        if !enough {
            let most = limit.maximum.map_or(needed, |maximum| maximum.min(needed));
            // Where that is refused, the present limit holds.
            let _ = setrlimit(
                Resource::Nofile,
                Rlimit {
                    current: Some(most.max(limit.current.unwrap_or(0))),
                    maximum: limit.maximum,
                },
            );
        }
        match getrlimit(Resource::Nofile).current {
            None => wanted,
            Some(files) => {
                let left = usize::try_from(files.saturating_sub(KEPT)).unwrap_or(usize::MAX);
                wanted.min(left).max(1)
            }
        }
    }
    #[cfg(not(unix))]
    {
        wanted
    }
}

/// Secrets in memory stay there: no core file, and no other process of the user's that reads it.
pub(crate) fn keep_memory_private() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Core);
        limit.current = Some(0);
        // Lowering it is always allowed.
        let _ = setrlimit(Resource::Core, limit);
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn never_more_than_wanted_and_never_none() {
        assert_eq!(super::connections(1), 1);
        assert!((1..=1_000_000).contains(&super::connections(1_000_000)));
    }
}
