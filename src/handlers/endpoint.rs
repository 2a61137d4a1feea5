//! Named endpoints of `post` handlers: `[[httppost]]` in the configuration.

use std::collections::BTreeMap;

/// An endpoint that `.endpoint('name')` refers to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Endpoint {
    /// Go template over the event's data.
    pub url: String,
    /// Set for every request; those of the handler win.
    pub headers: Vec<(String, String)>,
    /// User and password.
    pub basic_auth: Option<(String, String)>,
    /// Go template over the event's data, instead of the JSON.
    pub alert_template: Option<String>,
    /// Go template for the rows that the node `httpPost` posts.
    pub row_template: Option<String>,
}

/// Endpoints by name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Endpoints(pub BTreeMap<String, Endpoint>);

impl Endpoints {
    /// The endpoint of that name.
    pub fn get(&self, name: &str) -> Option<&Endpoint> {
        self.0.get(name)
    }
}
