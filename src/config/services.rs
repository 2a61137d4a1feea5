//! The sections of services whose handlers are read and checked, but cannot send: they are kept, so that the API
//! shows and changes them.

use super::schema::{Key, Section, Standard, Times, Use};

/// What Zenoss calls the levels.
pub(super) const SEVERITIES: Standard =
    Standard::Scalars(&[("OK", "Clear"), ("Info", "Info"), ("Warning", "Warning"), ("Critical", "Critical")]);

const KAFKA: &[Key] = &[
    Key::flag("enabled", false),
    Key::text("id", "default"),
    Key::texts("brokers", &[]),
    Key::duration("timeout", 10),
    Key::int("batch-size", 100),
    Key::duration("batch-timeout", 1),
    Key::flag("use-ssl", false),
    Key::text("ssl-ca", ""),
    Key::text("ssl-cert", ""),
    Key::text("ssl-key", ""),
    Key::flag("insecure-skip-verify", false),
    Key::text("sasl-username", ""),
    Key::secret("sasl-password"),
    Key::text("sasl-mechanism", ""),
    Key::text("sasl-version", ""),
    Key::text("sasl-gssapi-service-name", ""),
    Key::text("sasl-gssapi-auth-type", ""),
    Key::flag("sasl-gssapi-disable-pafxfast", false),
    Key::text("sasl-gssapi-kerberos-config-path", ""),
    Key::text("sasl-gssapi-key-tab-path", ""),
    Key::text("sasl-gssapi-realm", ""),
    Key::secret("sasl-access-token"),
];

const MQTT: &[Key] = &[
    Key::flag("enabled", false),
    Key::text("name", "default"),
    Key::flag("default", false),
    Key::text("url", ""),
    Key::text("ssl-ca", ""),
    Key::text("ssl-cert", ""),
    Key::text("ssl-key", ""),
    Key::flag("insecure-skip-verify", false),
    Key::text("client-id", ""),
    Key::text("username", ""),
    Key::secret("password"),
];

const SENSU: &[Key] = &[
    Key::flag("enabled", false),
    Key::text("addr", ""),
    Key::text("source", "Kapacitor"),
    Key::texts("handlers", &[]),
];

const SNMPTRAP: &[Key] = &[
    Key::flag("enabled", false),
    Key::text("addr", "localhost:162"),
    Key { standard: Standard::Text("kapacitor"), ..Key::secret("community") },
    Key::int("retries", 1),
];

/// Services that nothing can be sent to.
pub(super) fn others() -> Vec<Section> {
    let named = |key| Times::Many { key, plain: false, unwritten: true };
    let all = [
        ("kafka", named("id"), KAFKA),
        ("mqtt", named("name"), MQTT),
        ("sensu", Times::Once, SENSU),
        ("snmptrap", Times::Once, SNMPTRAP),
    ];
    all.into_iter()
        .map(|(name, times, keys)| Section::new(name, times, keys).api().usage(Use::Missing))
        .collect()
}
