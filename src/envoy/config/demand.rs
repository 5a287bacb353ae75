//! Reading what a rule requires.

use std::rc::Rc;

use super::fields::{Field, Fields};
use super::provider::Provider;
use crate::envoy::requirement::{Leaf, Node, Requirement, Rights};
use crate::jwt;

/// How deep demands may nest.
const MAX_DEPTH: usize = 8;

/// Reads demands and numbers their leaves.
pub(super) struct Demands<'a> {
    providers: &'a [Provider],
    leaves: usize,
}

impl<'a> Demands<'a> {
    pub(super) fn new(providers: &'a [Provider]) -> Self {
        Self {
            providers,
            leaves: 0,
        }
    }

    pub(super) fn read(&mut self, field: Field<'_>) -> Rc<Requirement> {
        let (field, read) = field.split();
        let root = self.node(read, 0);
        let mut providers = Vec::new();
        collect(&root, &mut providers);
        self.check_selection(&field, &providers);
        Rc::new(Requirement { root, providers })
    }

    fn node(&mut self, field: Field<'_>, depth: usize) -> Node {
        if depth > MAX_DEPTH {
            field.is_wrong("nests too deep");
            return Node::Any(Vec::new());
        }
        if field.value.is_string() {
            let provider = self.provider(&field);
            return Node::One(self.leaf(provider, None));
        }
        let mut fields = field.object();
        let node = if let Some(field) = fields.take("any") {
            Node::Any(self.nodes(field, depth))
        } else if let Some(field) = fields.take("all") {
            Node::All(self.nodes(field, depth))
        } else if let Some(field) = fields.take("allow_missing") {
            Node::AllowMissing(Box::new(self.node(field, depth + 1)))
        } else if let Some(field) = fields.take("allow_missing_or_failed") {
            Node::AllowMissingOrFailed(Box::new(self.node(field, depth + 1)))
        } else {
            self.provider_with_rights(&mut fields)
        };
        fields.finish();
        node
    }

    fn nodes(&mut self, field: Field<'_>, depth: usize) -> Vec<Node> {
        if field.value.as_array().is_some_and(<[_]>::is_empty) {
            field.is_wrong("must not be empty");
        }
        let mut nodes = Vec::new();
        for field in field.list() {
            nodes.push(self.node(field, depth + 1));
        }
        nodes
    }

    fn provider_with_rights(&mut self, fields: &mut Fields<'_>) -> Node {
        let provider = self.provider(&fields.required("provider"));
        let demand = jwt::Requirement {
            roles: fields.some_texts("roles"),
            permissions: fields.some_texts("permissions"),
            scopes: fields.some_texts("scopes"),
            org: fields.text("org"),
        };
        let own = self.providers.get(provider);
        let own = own.filter(|_| demand != jwt::Requirement::default());
        let rights = own.and_then(|own| match own.rights(demand) {
            Ok(rights) => Some(rights),
            Err(error) => {
                fields.member_is_wrong(&error.option, &error.problem);
                None
            }
        });
        Node::One(self.leaf(provider, rights))
    }

    fn leaf(&mut self, provider: usize, rights: Option<Rights>) -> Leaf {
        self.leaves += 1;
        Leaf {
            provider,
            id: self.leaves,
            rights,
        }
    }

    fn provider(&self, field: &Field<'_>) -> usize {
        let named = field.value.as_str();
        let mut providers = self.providers.iter();
        let place = providers.position(|own| Some(own.name.as_str()) == named);
        if place.is_none() {
            field.is_wrong("names no configured provider");
        }
        place.unwrap_or_default()
    }

    /// The unverified `iss` must point to one provider at most.
    fn check_selection(&self, field: &Field<'_>, providers: &[usize]) {
        if providers.len() < 2 {
            return;
        }
        let mut seen: Vec<&String> = Vec::new();
        for provider in providers
            .iter()
            .filter_map(|place| self.providers.get(*place))
        {
            let issuers = provider.policy().and_then(|policy| policy.issuers.as_ref());
            let Some(issuers) = issuers else {
                let problem = "takes any issuer, so it cannot be one of several providers";
                return field.is_wrong(&[&provider.name, " ", problem].concat());
            };
            for issuer in issuers {
                if seen.contains(&issuer) {
                    field.is_wrong("names two providers with one issuer");
                }
                seen.push(issuer);
            }
        }
    }
}

fn collect(node: &Node, providers: &mut Vec<usize>) {
    match node {
        Node::All(nodes) | Node::Any(nodes) => {
            nodes.iter().for_each(|node| collect(node, providers));
        }
        Node::AllowMissing(node) | Node::AllowMissingOrFailed(node) => collect(node, providers),
        Node::One(leaf) if providers.contains(&leaf.provider) => {}
        Node::One(leaf) => providers.push(leaf.provider),
    }
}
