//! `[[influxdb]]` of the configuration: servers that the queries of batch tasks may be asked of.

use super::fields::{Fields, Mistakes};
use super::http::Tls;
use super::tree::{At, Node};

/// A server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct InfluxDbSection {
    /// What `.cluster()` calls it.
    pub(crate) name: String,
    /// It is meant where nobody names one.
    pub(crate) default: bool,
    /// The first is asked.
    pub(super) urls: Vec<String>,
    /// Empty without authentication.
    pub(super) username: String,
    pub(super) password: String,
    pub(super) tls: Tls,
}

impl InfluxDbSection {
    pub(super) fn read(node: &At<Node>, mistakes: &mut Mistakes) -> InfluxDbSection {
        let mut fields = Fields::new("key of `[[influxdb]]`", node, mistakes);
        let mut text = |key| fields.text(key, mistakes).map(|t| t.value).unwrap_or_default();
        let [name, username, password] = ["name", "username", "password"].map(&mut text);
        let [ca, cert, key] = ["ssl-ca", "ssl-cert", "ssl-key"].map(&mut text);
        let skip_verification = fields.bool("insecure-skip-verify", mistakes).unwrap_or(false);
        let urls = fields.texts("urls", mistakes).unwrap_or_default();
        let default = fields.bool("default", mistakes).unwrap_or(false);
        InfluxDbSection {
            name,
            default,
            urls,
            username,
            password,
            tls: Tls { skip_verification, ca, cert, key },
        }
    }
}
