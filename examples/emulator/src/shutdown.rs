//! The three reasons to stop: SIGTERM, SIGINT, and the end of standard input.

use std::io::Read;

use tokio::sync::oneshot;

/// Waits for SIGTERM or Ctrl-C. Both are caught from the call on, not from the
/// first poll: whoever reads the ready line may send one at once.
///
/// # Errors
/// When the process may not install a signal handler.
#[cfg(unix)]
pub fn signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Waits for Ctrl-C, all that is portable.
///
/// # Errors
/// Never here; the Unix form has one.
#[cfg(not(unix))]
pub fn signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Waits for standard input to close; forever when `wanted` is false.
///
/// A test that starts the emulator holds the writing end of the pipe, so the
/// emulator cannot outlive the test however that one ends.
pub fn stdin_closed(wanted: bool) -> impl Future<Output = ()> {
    let (closed, wait) = oneshot::channel();
    if wanted {
        // A plain thread: tokio's own reader would keep the runtime alive.
        std::thread::spawn(move || {
            let mut scratch = [0; 256];
            let mut stdin = std::io::stdin().lock();
            while matches!(stdin.read(&mut scratch), Ok(read) if read > 0) {}
            let _ = closed.send(());
        });
        return Box::pin(async move {
            let _ = wait.await;
        }) as std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;
    }
    Box::pin(std::future::pending())
}
