//! The tables of nodes, handlers and codes are complete and true.

use std::collections::HashSet;

use tickscript::pipeline::{PropKind, PropSpec};
use tickscript::text::codes;
use tickscript::{handlers, lang, nodes};

use super::{build, built};

#[test]
fn names_are_used_once_and_all_is_documented() {
    let mut seen = HashSet::new();
    for spec in nodes::SPECS {
        assert!(seen.insert(spec.name), "{} is there twice", spec.name);
        documented(spec.name, spec.doc, spec.props);
        assert!(
            !spec.details.is_empty() && !spec.desc.is_empty() && !spec.go_type.is_empty(),
            "{}",
            spec.name
        );
    }
    seen.clear();
    for spec in handlers::SPECS {
        assert!(seen.insert(spec.name), "{} is there twice", spec.name);
        documented(spec.name, spec.doc, spec.props);
        assert!(!spec.kind.is_empty() && spec.go_type.ends_with("Handler"), "{}", spec.name);
    }
}

fn documented(name: &str, doc: &str, props: &[PropSpec]) {
    assert!(!doc.is_empty() && !doc.ends_with('.'), "{name}: {doc:?}");
    let mut seen = HashSet::new();
    for prop in props {
        assert!(seen.insert(prop.name), "{name}.{} is there twice", prop.name);
        assert!(!prop.doc.is_empty() && !prop.doc.ends_with('.'), "{name}.{}: {:?}", prop.name, prop.doc);
        if let PropKind::Method { params, rest } = prop.kind {
            assert!(params.iter().chain(&rest).all(|param| !param.name.is_empty()), "{name}.{}", prop.name);
        }
    }
}

#[test]
fn examples_are_formatted_scripts_without_mistakes() {
    let of_nodes = nodes::SPECS.iter().map(|spec| (spec.name, spec.example, '|'));
    let of_handlers = handlers::SPECS.iter().map(|spec| (spec.name, spec.example, '.'));
    for (name, example, sign) in of_nodes.chain(of_handlers) {
        let warnings = built(example).warnings;
        assert!(warnings.is_empty(), "{name}: {warnings:?}");
        let used =
            example.contains(&format!("{sign}{name}(")) || ["stream", "batch", "noop", "udf"].contains(&name);
        assert!(used, "{name} is not in its own example:\n{example}");
        let formatted = lang::format(example).unwrap_or_else(|found| panic!("{name}: {found:?}"));
        assert_eq!(formatted, example, "{name}");
    }
}

#[test]
fn pages_of_codes_show_their_mistake() {
    for code in codes::all() {
        if !["E02", "E03", "E05", "W02", "W03"].iter().any(|range| code.code.starts_with(range)) {
            continue;
        }
        if !code.wrong.is_empty() {
            let found: Vec<&str> = match build(code.wrong, &tickscript::pipeline::Vars::default()) {
                Ok(built) => {
                    // What `tick check` says: doubts of nodes come after those of the pipeline.
                    let doubts = tickscript::nodes::doubts(&built.graph);
                    let lints = tickscript::lint::lint(&built.graph, None);
                    let ignored = ignored(code.wrong);
                    let all = built.warnings.iter().chain(&doubts).chain(&lints).chain(&ignored);
                    all.map(|found| found.code).collect()
                }
                Err(found) => found.iter().map(|found| found.code).collect(),
            };
            assert!(found.contains(&code.code), "{}: {found:?}", code.code);
        }
        if !code.right.is_empty() {
            let built = built(code.right);
            let mut found = built.warnings;
            found.extend(tickscript::lint::lint(&built.graph, None));
            assert!(found.iter().all(|found| found.code != code.code), "{}: {found:?}", code.code);
        }
    }
}

/// What is said of the comments that silence warnings.
fn ignored(script: &str) -> Vec<tickscript::text::Diagnostic> {
    let source = tickscript::text::Source::new("script", script);
    let mut found = Vec::new();
    tickscript::lint::Ignores::of(&source).apply(&source, &mut found, true);
    found
}
