//! The language on whole texts: the examples, the manual, and the laws on generated and mangled scripts.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use tickscript::lang;

use crate::laws;

fn grammar(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("grammar").join(name);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Name and text of each example.
fn examples() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("grammar/examples");
    let mut found: Vec<(String, String)> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .map(|name| (name.clone(), grammar(&format!("examples/{name}"))))
        .collect();
    found.sort();
    found
}

#[test]
fn examples_are_in_canonical_form() {
    let examples = examples();
    assert!(examples.len() >= 10);
    for (name, text) in examples {
        assert_eq!(lang::parse(&text).diagnostics, [], "{name}");
        assert_eq!(lang::format(&text).as_ref(), Ok(&text), "{name}");
    }
}

#[test]
fn the_first_example_is_one_line_laid_out() {
    let line = "stream|from().measurement('cpu')|alert().crit(lambda: \"usage_idle\" < 10)";
    let exec = format!("{line}.exec('/usr/bin/python', 'sound-the-alarm.py')");
    assert_eq!(lang::format(&exec), Ok(grammar("examples/exec_cpu_alert.tick")));
    let topic = format!("{line}.message('Hey, check your CPU').topic('cpu')");
    assert_eq!(lang::format(&topic), Ok(grammar("examples/exec_cpu_topic.tick")));
}

/// The fenced blocks of the manual in a language.
fn blocks<'m>(manual: &'m str, language: &str) -> Vec<&'m str> {
    let fence = format!("```{language}\n");
    manual.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).collect()
}

#[test]
fn blocks_of_the_manual_can_be_read() {
    let manual = grammar("reference.md");
    let scripts = blocks(&manual, "tick");
    assert!(scripts.len() >= 6);
    for script in scripts {
        assert_eq!(lang::parse(script).diagnostics, [], "{script}");
        assert_eq!(lang::format(script).as_deref(), Ok(script), "not in canonical form");
    }
    let lambdas = blocks(&manual, "lambda");
    assert!(lambdas.len() >= 4);
    for lambda in lambdas {
        assert!(lang::parse_lambda(lambda).is_ok(), "{lambda}");
    }
}

#[test]
fn the_manual_states_the_limits() {
    let manual = grammar("reference.md");
    for (what, limit) in [
        ("a script", format!("{} MiB", lang::MAX_SCRIPT_BYTES >> 20)),
        ("nested parentheses, arguments and signs", lang::MAX_NESTING.to_string()),
        ("steps of a chain, operators of an expression", lang::MAX_HEIGHT.to_string()),
    ] {
        assert!(manual.contains(&format!("| {what} | {limit} |")), "{what}: {limit}");
    }
}

fn gap() -> BoxedStrategy<&'static str> {
    prop_oneof![12 => Just(" "), 2 => Just(""), 2 => Just("\n"), 1 => Just(" // c\n"), 1 => Just("\n// d\n\n// e\n\n")].boxed()
}

fn leaf() -> BoxedStrategy<String> {
    prop::sample::select(vec![
        "1",
        "010",
        "1.5",
        ".5",
        "2.",
        "10s",
        "5µ",
        "TRUE",
        "FALSE",
        "'s'",
        "'it\\'s'",
        "'''t'q'''",
        "''",
        "\"ref\"",
        "\"r\\\"q\"",
        "x",
        "größe",
        "*",
        "(/re/)",
        "/r\\/e/",
        "(*)",
        "'a\nb'",
    ])
    .prop_map(str::to_string)
    .boxed()
}

fn operation() -> BoxedStrategy<String> {
    leaf()
        .prop_recursive(4, 40, 4, |inner| {
            let op = prop::sample::select(vec![
                "+", "-", "*", "/", "%", "==", "!=", "<", "<=", "=~", "!~", " AND ", " OR ",
            ]);
            prop_oneof![
                (inner.clone(), gap(), op, gap(), inner.clone())
                    .prop_map(|(a, g, op, h, b)| format!("{a}{g}{op}{h}{b}")),
                (gap(), inner.clone(), gap()).prop_map(|(g, a, h)| format!("({g}{a}{h})")),
                (prop::sample::select(vec!["-", "!"]), gap(), inner.clone())
                    .prop_map(|(op, g, a)| format!("{op}{g}{a}")),
                (gap(), prop::collection::vec((gap(), inner, gap()), 0..4)).prop_map(|(g, args)| {
                    let args: Vec<String> = args.into_iter().map(|(g, a, h)| format!("{g}{a}{h}")).collect();
                    format!("f{g}({})", args.join(","))
                }),
            ]
        })
        .boxed()
}

fn chain() -> BoxedStrategy<String> {
    let arg = prop_oneof![
        operation(),
        operation().prop_map(|o| format!("lambda: {o}")),
        (gap(), gap(), gap()).prop_map(|(g, h, i)| format!("[{g}'a'{h},{i}*]")),
    ];
    arg.prop_recursive(2, 20, 4, |arg| {
        let args = prop::collection::vec((gap(), arg, gap()), 0..3).prop_map(|args| {
            let args: Vec<String> = args.into_iter().map(|(g, a, h)| format!("{g}{a}{h}")).collect();
            args.join(",")
        });
        let step = (gap(), prop::sample::select(vec!["|", ".", "@"]), gap(), gap(), args)
            .prop_map(|(g, op, h, i, args)| format!("{g}{op}{h}node{i}({args})"));
        prop::collection::vec(step, 1..4).prop_map(|steps| format!("x{}", steps.concat()))
    })
    .boxed()
}

fn script() -> BoxedStrategy<String> {
    let statement = prop_oneof![
        4 => chain(),
        2 => operation(),
        2 => (gap(), gap(), gap(), operation()).prop_map(|(g, h, i, o)| format!("var {g}v{h}={i}{o}")),
        1 => (gap(), gap()).prop_map(|(g, h)| format!("var {g}v {h}int")),
        1 => (gap(), gap(), gap()).prop_map(|(g, h, i)| format!("dbrp{g}\"d\"{h}.{i}\"r\"")),
        1 => chain().prop_map(|c| format!("var c = {c}")),
    ];
    prop::collection::vec((statement, gap()), 0..4)
        .prop_map(|parts| parts.into_iter().map(|(s, g)| format!("{s}{g}")).collect::<String>())
        .boxed()
}

/// Pieces that a text is mangled with.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "x", "f(", ")", "(", "|", ".", "@", ",", "[", "]", "*", "/", "/re/", "'s'", "'", "\"r\"", "\"", "5",
        "1m", "-", "!", "==", "=~", "=", "var ", "lambda: ", " AND ", "// c\n", "\n", " ", "\n\n", "TRUE",
        "dbrp ", "é", "\\", "'''", "_", "#", "1.2.3", "(?", "&&",
    ])
}

/// An example with some stretches replaced.
fn mangled() -> impl Strategy<Value = String> {
    let cut = (any::<prop::sample::Index>(), 0..20_usize, prop::option::of(piece()));
    let scripts: Vec<String> = examples().into_iter().map(|(_, text)| text).collect();
    (prop::sample::select(scripts), prop::collection::vec(cut, 1..4)).prop_map(|(mut text, cuts)| {
        for (at, len, piece) in cuts {
            let places: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
            let at = at.index(places.len());
            let end = (at + len).min(places.len() - 1);
            text.replace_range(places[at]..places[end], piece.unwrap_or_default());
        }
        text
    })
}

/// How often the generated comment stands in a text as one.
fn comments(text: &str) -> usize {
    text.matches("// c\n").count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    #[test]
    fn laws_on_scripts(text in script()) {
        laws::parse(&text);
        laws::format(&text);
    }

    #[test]
    fn no_comment_is_lost(text in chain()) {
        // After these a comment is a pattern.
        if let Ok(formatted) = lang::format(&text)
            && !text.contains('~')
        {
            prop_assert_eq!(comments(&formatted), comments(&text), "{}\n{}", text, formatted);
        }
    }

    #[test]
    fn laws_on_mangled_examples(text in mangled()) {
        laws::parse(&text);
        laws::format(&text);
    }

    #[test]
    fn laws_on_pieces(pieces in prop::collection::vec(piece(), 0..14)) {
        laws::parse(&pieces.concat());
        laws::format(&pieces.concat());
    }

    #[test]
    fn laws_on_any_text(text in "\\PC{0,40}") {
        laws::parse(&text);
        laws::format(&text);
    }
}
