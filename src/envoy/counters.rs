//! Outcomes per provider and code, counted in memory and handed to the proxy's metrics from
//! time to time, so that counting costs a request nothing.

/// What an outcome is counted under when no provider is at fault.
pub const REQUEST: &str = "request";

/// What a webhook rule's outcomes are counted under.
pub const WEBHOOK: &str = "webhook";

/// Names that no provider may have, as they are counted under already.
pub const RESERVED: [&str; 2] = [REQUEST, WEBHOOK];

/// Counts that the proxy has not been told yet: so few that looking through them costs less
/// than a map.
#[derive(Debug, Default)]
pub struct Counters(Vec<(Subject, &'static str, u64)>);

/// Whom a count is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A provider, by its place in the configuration.
    Provider(usize),
    /// The request itself.
    Request,
    /// A webhook.
    Webhook,
}

impl Counters {
    /// Adds to an outcome, such as `accepted` or `ERR_JWT_EXPIRED`.
    pub fn add(&mut self, subject: Subject, outcome: &'static str, count: u64) {
        if count == 0 {
            return;
        }
        for (own, name, total) in &mut self.0 {
            if *own == subject && *name == outcome {
                *total += count;
                return;
            }
        }
        self.0.push((subject, outcome, count));
    }

    /// Takes what has been counted since the last time, under the metrics' names:
    /// `countersign_<subject>_<outcome in lower case>`.
    pub fn take(&mut self, provider: impl Fn(usize) -> String) -> Vec<(String, u64)> {
        let counts = core::mem::take(&mut self.0).into_iter();
        counts
            .map(|(subject, outcome, count)| {
                let subject = match subject {
                    Subject::Provider(place) => provider(place),
                    Subject::Request => REQUEST.to_owned(),
                    Subject::Webhook => WEBHOOK.to_owned(),
                };
                let outcome = outcome.to_ascii_lowercase();
                (format!("countersign_{subject}_{outcome}"), count)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_handed_over_once_under_the_providers_name() {
        let mut counters = Counters::default();
        counters.add(Subject::Provider(1), "accepted", 1);
        counters.add(Subject::Provider(1), "accepted", 2);
        counters.add(Subject::Request, "ERR_PATH_AMBIGUOUS", 1);
        counters.add(Subject::Webhook, "accepted", 0);
        let name = |place: usize| format!("p{place}");
        assert_eq!(
            counters.take(name),
            [
                ("countersign_p1_accepted".to_owned(), 3),
                ("countersign_request_err_path_ambiguous".to_owned(), 1),
            ]
        );
        assert_eq!(counters.take(name), []);
    }
}
