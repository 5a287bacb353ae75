//! What a rule demands of a request's token, as a tree, and how findings climb it.

use crate::error::{Error, TokenError};
use crate::jwt::{self, AccessClaims, Claims};

/// A tree of demands.
#[derive(Debug)]
pub struct Requirement {
    /// The whole demand.
    pub root: Node,
    /// The providers that it names, each once. Of several, the token's `iss` selects one.
    pub providers: Vec<usize>,
}

/// A demand.
#[derive(Debug)]
pub enum Node {
    /// Every one of these.
    All(Vec<Node>),
    /// This one, unless the request carries no token.
    AllowMissing(Box<Node>),
    /// This one, or else nothing is known of the caller.
    AllowMissingOrFailed(Box<Node>),
    /// One of these.
    Any(Vec<Node>),
    /// A provider's token with rights.
    One(Leaf),
}

/// A provider's token, and what it has to carry.
#[derive(Debug)]
pub struct Leaf {
    /// The provider's place in the configuration.
    pub provider: usize,
    /// This demand's own number, under which its result is kept beside a known token.
    pub id: usize,
    /// Roles, permissions, scopes, an organization.
    pub rights: Option<Rights>,
}

/// Rights, and where the provider's tokens carry them.
#[derive(Debug)]
pub struct Rights {
    /// What is demanded.
    pub demand: jwt::Requirement,
    /// Where it has to be.
    pub access: AccessClaims,
}

impl Rights {
    /// Passes when a verified payload carries everything that is demanded.
    ///
    /// # Errors
    ///
    /// `ERR_FORBIDDEN`.
    pub fn check(&self, payload: &[u8]) -> Result<(), TokenError> {
        self.demand.check(&Claims::parse(payload)?, &self.access)
    }
}

/// What is known of a demand.
#[derive(Debug)]
pub enum Finding<T> {
    /// It is met, by this token or without any.
    Met(Option<T>),
    /// Keys have to come first.
    Pending,
    /// It is not met.
    Refused(Refusal),
}

/// Why a demand is not met.
#[derive(Debug)]
pub struct Refusal {
    /// The reason.
    pub error: Error,
    /// The provider that refused; `None` where the token is not this one's at all.
    pub provider: Option<usize>,
}

impl Requirement {
    /// Judges the whole demand by what `judge` finds for its leaves.
    pub fn judge<T>(&self, judge: &mut impl FnMut(&Leaf) -> Finding<T>) -> Finding<T> {
        self.root.judge(judge)
    }
}

impl Node {
    fn judge<T>(&self, judge: &mut impl FnMut(&Leaf) -> Finding<T>) -> Finding<T> {
        match self {
            Self::All(nodes) => all(nodes, judge),
            Self::AllowMissing(node) => match node.judge(judge) {
                Finding::Refused(refusal) if refusal.error == Error::from(TokenError::Missing) => {
                    Finding::Met(None)
                }
                finding => finding,
            },
            Self::AllowMissingOrFailed(node) => match node.judge(judge) {
                Finding::Refused(_) => Finding::Met(None),
                finding => finding,
            },
            Self::Any(nodes) => any(nodes, judge),
            Self::One(leaf) => judge(leaf),
        }
    }
}

/// The first refusal decides, even while another part waits for keys.
fn all<T>(nodes: &[Node], judge: &mut impl FnMut(&Leaf) -> Finding<T>) -> Finding<T> {
    let (mut token, mut pending) = (None, false);
    for node in nodes {
        match node.judge(judge) {
            Finding::Met(found) => token = token.or(found),
            Finding::Pending => pending = true,
            refused @ Finding::Refused(_) => return refused,
        }
    }
    if pending {
        Finding::Pending
    } else {
        Finding::Met(token)
    }
}

/// Where none is met, the refusal of the provider that the token selects counts most.
fn any<T>(nodes: &[Node], judge: &mut impl FnMut(&Leaf) -> Finding<T>) -> Finding<T> {
    let (mut refusal, mut pending): (Option<Refusal>, bool) = (None, false);
    for node in nodes {
        match node.judge(judge) {
            met @ Finding::Met(_) => return met,
            Finding::Pending => pending = true,
            Finding::Refused(new) => {
                let tells_more = refusal
                    .as_ref()
                    .is_none_or(|old| old.provider.is_none() && new.provider.is_some());
                if tells_more {
                    refusal = Some(new);
                }
            }
        }
    }
    match refusal {
        _ if pending => Finding::Pending,
        Some(refusal) => Finding::Refused(refusal),
        // An empty list is refused when the configuration is read.
        None => Finding::Refused(Refusal {
            error: TokenError::Missing.into(),
            provider: None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(provider: usize) -> Node {
        Node::One(Leaf {
            provider,
            id: provider,
            rights: None,
        })
    }

    /// Findings per provider: `m`et, `p`ending, `e`xpired, `n`o token, `o`ther issuer's.
    fn judged(root: Node, findings: &str) -> String {
        let refused = |error: TokenError, provider| {
            Finding::Refused(Refusal {
                error: error.into(),
                provider,
            })
        };
        let requirement = Requirement {
            root,
            providers: Vec::new(),
        };
        let finding = requirement.judge(&mut |leaf| match findings.as_bytes()[leaf.provider] {
            b'm' => Finding::Met(Some(leaf.provider)),
            b'p' => Finding::Pending,
            b'e' => refused(TokenError::Expired, Some(leaf.provider)),
            b'n' => refused(TokenError::Missing, None),
            _ => refused(TokenError::Ambiguous, None),
        });
        match finding {
            Finding::Met(Some(provider)) => provider.to_string(),
            Finding::Met(None) => "nobody".to_owned(),
            Finding::Pending => "pending".to_owned(),
            Finding::Refused(refusal) => refusal.error.code().to_string(),
        }
    }

    #[test]
    fn any_takes_the_first_that_is_met_and_blames_the_selected_one() {
        let any = || Node::Any(vec![leaf(0), leaf(1)]);
        for (findings, expected) in [
            ("mm", "0"),
            ("em", "1"),
            ("pm", "1"),
            ("pe", "pending"),
            ("oe", "ERR_JWT_EXPIRED"),
            ("eo", "ERR_JWT_EXPIRED"),
            ("nn", "ERR_TOKEN_MISSING"),
        ] {
            assert_eq!(judged(any(), findings), expected, "{findings}");
        }
    }

    #[test]
    fn all_needs_every_one() {
        let all = || Node::All(vec![leaf(0), leaf(1)]);
        for (findings, expected) in [
            ("mm", "0"),
            ("me", "ERR_JWT_EXPIRED"),
            ("pe", "ERR_JWT_EXPIRED"),
            ("mp", "pending"),
        ] {
            assert_eq!(judged(all(), findings), expected, "{findings}");
        }
    }

    #[test]
    fn a_missing_token_is_not_a_bad_one() {
        let missing = || Node::AllowMissing(Box::new(leaf(0)));
        for (finding, expected) in [
            ("m", "0"),
            ("n", "nobody"),
            ("e", "ERR_JWT_EXPIRED"),
            ("o", "ERR_TOKEN_AMBIGUOUS"),
            ("p", "pending"),
        ] {
            assert_eq!(judged(missing(), finding), expected, "{finding}");
        }
        let failed = || Node::AllowMissingOrFailed(Box::new(leaf(0)));
        for (finding, expected) in [
            ("m", "0"),
            ("n", "nobody"),
            ("e", "nobody"),
            ("p", "pending"),
        ] {
            assert_eq!(judged(failed(), finding), expected, "{finding}");
        }
    }
}
