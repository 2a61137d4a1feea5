//! From handlers declared on alert nodes to their configuration.

use super::handler::HandlerConfig;
use super::sections::Services;
use super::values::Values;
use super::{SERVICES, exec, log, post, tcp};
use crate::pipeline::{Fault, HandlerDef};

/// The configuration of a handler declared in a script.
///
/// # Errors
/// What Kapacitor refuses when the task starts.
pub fn from_script(def: &HandlerDef, services: &Services) -> Result<HandlerConfig, Fault> {
    match def.kind {
        "exec" => exec::config(def),
        "log" => log::config(def),
        "tcp" => Ok(tcp::config(def)),
        "post" => post::config(def),
        kind => match SERVICES.iter().find(|spec| spec.script.name == kind) {
            Some(spec) => Ok(services.handler(spec, Values::from_script(spec.options, def)).into()),
            None => Ok(HandlerConfig::Unsupported { kind }),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handlers::{alerta, discord, pagerduty2, zenoss};
    use crate::pipeline::{Arg, Prop};
    use crate::text::Span;

    fn def(kind: &'static str, args: &[&str], props: Vec<(&'static str, Vec<Arg>)>) -> HandlerDef {
        let args = args.iter().map(|a| Arg::Str((*a).to_owned())).collect();
        let props =
            props.into_iter().map(|(name, args)| Prop { name, args, span: Span::default() }).collect();
        HandlerDef { kind, args, props, span: Span::default() }
    }

    fn text(s: &str) -> Arg {
        Arg::Str(s.to_owned())
    }

    #[test]
    fn scripts_configure_handlers() {
        let post = vec![
            ("header", vec![text("A"), text("b")]),
            ("timeout", vec![Arg::Duration(5)]),
            ("header", vec![text("C"), text("d")]),
            ("timeout", vec![Arg::Duration(10)]),
            ("captureResponse", Vec::new()),
        ];
        let cases = [
            (
                def("exec", &["/bin/p", "a", "b"], Vec::new()),
                HandlerConfig::Exec {
                    prog: "/bin/p".into(),
                    args: vec!["a".into(), "b".into()],
                    stream: false,
                },
            ),
            (def("log", &["/l"], Vec::new()), HandlerConfig::Log { path: "/l".into(), mode: 0o600 }),
            (
                def("log", &["/l"], vec![("mode", vec![Arg::Int(0o640)])]),
                HandlerConfig::Log { path: "/l".into(), mode: 0o640 },
            ),
            (def("tcp", &["h:1"], Vec::new()), HandlerConfig::Tcp { address: "h:1".into() }),
            (def("kafka", &[], Vec::new()), HandlerConfig::Unsupported { kind: "kafka" }),
            (
                def("post", &["http://h"], post),
                HandlerConfig::Post {
                    url: "http://h".into(),
                    endpoint: String::new(),
                    headers: vec![("A".into(), "b".into()), ("C".into(), "d".into())],
                    capture_response: true,
                    timeout: 10,
                    skip_ssl_verification: false,
                },
            ),
        ];
        for (def, expected) in cases {
            assert_eq!(from_script(&def, &Services::default()), Ok(expected), "{}", def.kind);
        }
    }

    #[test]
    fn what_kapacitor_refuses_is_refused_in_its_words() {
        let mode = |mode| vec![("mode", vec![Arg::Int(mode)])];
        let cases = [
            (
                def("log", &["alerts.log"], Vec::new()),
                "failed to create log alert handler: log path must be absolute: alerts.log is not absolute",
            ),
            (
                def("log", &["/l"], mode(0o444)),
                "failed to create log alert handler: invalid file mode -r--r--r--, must be user writable",
            ),
            (def("post", &[], Vec::new()), "Either URL or endpoint must be non-empty"),
        ];
        for (def, expected) in cases {
            assert_eq!(
                from_script(&def, &Services::default()).map_err(|fault| fault.text),
                Err(expected.to_owned())
            );
        }
        let bad = || vec![text("{{ nope }}")];
        let function = "function \"nope\" not defined";
        for (spec, call, expected) in [
            (
                &alerta::SPEC,
                "event",
                format!("failed to create Alerta handler: template: event:1: {function}"),
            ),
            (
                &alerta::SPEC,
                "services",
                format!("failed to create Alerta handler: template: service:1: {function}"),
            ),
            (
                &discord::SPEC,
                "embedTitle",
                format!("failed to create Discord handler: template: embedTitle:1: {function}"),
            ),
            (
                &pagerduty2::SPEC,
                "link",
                format!("failed to create PagerDuty2 handler: template: href:1: {function}"),
            ),
        ] {
            let refused = (spec.start)(&def(spec.name, &[], vec![(call, bad())]));
            assert_eq!(refused.map_err(|fault| fault.text), Err(expected));
        }
        // Kapacitor reads these when an event comes.
        let late = def("zenoss", &[], vec![("summary", bad())]);
        assert_eq!((zenoss::SPEC.start)(&late), Ok(()));
        let authenticate =
            def("post", &["http://h"], vec![("header", vec![text("Authenticate"), text("x")])]);
        let refused = (post::SPEC.validate)(&authenticate).map_err(|fault| fault.text);
        assert_eq!(refused, Err("invalid post: cannot set 'authenticate' header".to_owned()));
    }
}
