//! The three reasons to stop: SIGTERM, SIGINT, and the end of standard input.

use std::io::Read;

use tokio::sync::oneshot;

/// Waits for SIGTERM or Ctrl-C.
///
/// # Errors
/// When the process may not install a signal handler.
#[cfg(unix)]
pub async fn signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// Waits for Ctrl-C, all that is portable.
///
/// # Errors
/// When the process may not install a signal handler.
#[cfg(not(unix))]
pub async fn signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
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
