//! Which rule a request falls under.

use std::rc::Rc;

use super::path::NormalPath;
use super::receiving::Sender;
use super::request::Request;
use super::requirement::Requirement;

/// One rule: requests, and what becomes of them.
#[derive(Debug)]
pub struct Rule {
    /// The requests it is for.
    pub matcher: Match,
    /// What it asks of them.
    pub action: Action,
}

/// What a rule or a policy asks of a request.
#[derive(Debug)]
pub enum Action {
    /// Nothing.
    Open,
    /// A token.
    Require(Rc<Requirement>),
    /// A sender's signature over the body.
    Webhook(Sender),
}

/// The requests of a rule. Every part that is given has to fit.
#[derive(Debug)]
pub struct Match {
    /// The path.
    pub path: PathMatch,
    /// Methods, exactly; any where the list is empty.
    pub methods: Vec<String>,
    /// Hosts without port and without case, `*.example.com` for every name below; any where
    /// the list is empty.
    pub hosts: Vec<String>,
}

/// The path of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathMatch {
    /// This path.
    Exact(NormalPath),
    /// This path and all below it.
    Prefix(NormalPath),
}

/// A host that a rule is asked about, and that different readers may take for different ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmbiguousHost;

impl Match {
    /// Whether the request is one of these.
    ///
    /// # Errors
    ///
    /// [`AmbiguousHost`] where nothing but the host would tell and it is no plain one.
    pub fn fits(&self, request: &Request, path: &NormalPath) -> Result<bool, AmbiguousHost> {
        let path_fits = match &self.path {
            PathMatch::Exact(exact) => exact == path,
            PathMatch::Prefix(prefix) => prefix.covers(path),
        };
        let fits = path_fits
            && (self.methods.is_empty() || self.methods.iter().any(|m| is(m, request.method())));
        if !fits || self.hosts.is_empty() {
            return Ok(fits);
        }
        let host = request.host().ok_or(AmbiguousHost)?;
        Ok(self.hosts.iter().any(|pattern| host_fits(pattern, host)))
    }
}

fn is(method: &str, sent: &[u8]) -> bool {
    method.as_bytes() == sent
}

fn host_fits(pattern: &str, host: &[u8]) -> bool {
    match pattern.strip_prefix('*') {
        Some(below) => {
            let at = host.len().saturating_sub(below.len());
            let (name, end) = host.split_at(at);
            !name.is_empty() && end.eq_ignore_ascii_case(below.as_bytes())
        }
        None => host.eq_ignore_ascii_case(pattern.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::request::request;
    use super::*;

    fn fits(matcher: &Match, fields: &[(&str, &str)], path: &str) -> bool {
        let path = NormalPath::of(path.as_bytes()).unwrap();
        matcher.fits(&request(fields), &path).unwrap()
    }

    fn prefix(path: &str) -> Match {
        Match {
            path: PathMatch::Prefix(NormalPath::of(path.as_bytes()).unwrap()),
            methods: Vec::new(),
            hosts: Vec::new(),
        }
    }

    #[test]
    fn exact_and_prefix_go_by_segments() {
        let exact = Match {
            path: PathMatch::Exact(NormalPath::of(b"/admin/").unwrap()),
            ..prefix("/")
        };
        assert!(fits(&exact, &[], "/admin") && fits(&exact, &[], "/admin/"));
        assert!(!fits(&exact, &[], "/admin/x") && !fits(&exact, &[], "/administrator"));
        assert!(fits(&prefix("/admin"), &[], "/admin/x"));
        assert!(!fits(&prefix("/admin"), &[], "/administrator"));
    }

    #[test]
    fn methods_and_hosts_narrow_a_rule() {
        let matcher = Match {
            methods: vec!["GET".into(), "HEAD".into()],
            hosts: vec!["a.example".into(), "*.b.example".into()],
            ..prefix("/")
        };
        for (method, host, expected) in [
            ("GET", "a.example", true),
            ("HEAD", "A.Example:8080", true),
            ("GET", "a.example.", true),
            ("GET", "x.b.example.:8080", true),
            ("GET", "x.b.example", true),
            ("GET", "x.y.B.example", true),
            ("POST", "a.example", false),
            ("get", "a.example", false),
            ("GET", "b.example", false),
            ("GET", "xb.example", false),
            ("GET", "a.example.evil", false),
            ("POST", "a.example:80:80", false),
        ] {
            let fields = [(":method", method), (":authority", host)];
            assert_eq!(fits(&matcher, &fields, "/"), expected, "{method} {host}");
        }
        for host in ["", ".b.example", "a.example:80:80", "x@a.example"] {
            let odd = request(&[(":method", "GET"), (":authority", host)]);
            let path = NormalPath::of(b"/").unwrap();
            assert_eq!(matcher.fits(&odd, &path), Err(AmbiguousHost), "{host}");
        }
    }
}
