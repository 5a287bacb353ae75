//! Counts the cases of one algorithm and tells how far it has come.

use std::time::Instant;

/// How many cases are judged, and how many of them both sides accepted.
pub(crate) struct Tally {
    name: &'static str,
    wanted: usize,
    judged: usize,
    accepted: usize,
    start: Instant,
}

impl Tally {
    pub(crate) fn new(name: &'static str, wanted: usize) -> Self {
        Self {
            name,
            wanted,
            judged: 0,
            accepted: 0,
            start: Instant::now(),
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.judged >= self.wanted
    }

    /// Compares two answers: `None` is a refusal.
    pub(crate) fn judge<T: PartialEq + std::fmt::Debug>(
        &mut self,
        ours: Option<T>,
        oracle: Option<T>,
    ) {
        assert_eq!(ours, oracle, "{} case {}", self.name, self.judged);
        self.judged += 1;
        self.accepted += usize::from(ours.is_some());
        if self.judged.is_multiple_of(100_000) || self.judged == self.wanted {
            let Self {
                name,
                judged,
                accepted,
                ..
            } = self;
            let seconds = self.start.elapsed().as_secs();
            println!("{name}: {judged} cases agree, {accepted} of them accepted, {seconds} s");
        }
    }

    /// A run that accepts nothing, or everything, would prove little.
    pub(crate) fn assert_both_verdicts_occurred(&self) {
        let share = self.accepted * 100 / self.judged.max(1);
        assert!(self.judged < 100 || (15..100).contains(&share), "{share} %");
    }
}
