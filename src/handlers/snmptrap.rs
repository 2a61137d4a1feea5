//! `snmpTrap`: sends SNMP traps.

use crate::pipeline::ArgType::Str;
use crate::pipeline::{Arg, Fault, HandlerDef, HandlerSpec, Param, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "snmpTrap",
    kind: "snmptrap",
    go_type: "SNMPTrapHandler",
    params: &[Param::new("oid", Str)],
    props: &[PropSpec::method(
        "data",
        &[Param::new("oid", Str), Param::new("type", Str), Param::new("value", Str)],
        None,
        "a value: 'c' counter, 'i' integer, 'n' null, 's' text, 't' ticks; the value is a template",
    )],
    doc: "sends SNMP traps",
    details: "The receiver comes from the section `[snmptrap]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .snmpTrap('1.3.6.1.4.1.1')\n        .data('1.3.6.1.4.1.1.5', 's', '{{ .Level }}')\n",
    validate,
    ..HandlerSpec::BASE
};

fn validate(handler: &HandlerDef) -> Result<(), Fault> {
    let oid = text(&handler.args, 0);
    if oid.is_empty() {
        return Err(Fault::new("invalid SNMP trap \"\": you must supply a trap Oid")
            .message("`snmpTrap` needs the trap's OID"));
    }
    for data in handler.props.iter().filter(|prop| prop.name == "data") {
        let (entry, ty) = (text(&data.args, 0), text(&data.args, 1));
        if !matches!(ty, "c" | "i" | "n" | "s" | "t") {
            let words =
                format!("invalid SNMP trap {oid:?}: unsupported data type {ty:?} for data entry {entry:?}");
            return Err(Fault::new(words)
                .message(format!("`data` does not know the type '{ty}'"))
                .hint("use 'c', 'i', 'n', 's' or 't'")
                .prop("data"));
        }
    }
    Ok(())
}

fn text(args: &[Arg], index: usize) -> &str {
    match args.get(index) {
        Some(Arg::Str(text)) => text,
        _ => "",
    }
}
