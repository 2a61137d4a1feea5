//! `tick init`: a rule, its data and its test.

use std::fs;

use super::tick::Tick;

fn init(args: &[&str]) -> super::tick::Outcome {
    Tick::new("init").args(args).run()
}

#[test]
fn what_is_written_passes_its_test() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules");
    let name = rules.to_str().unwrap();
    init(&[name]).status(0).stdout(&format!(
        "wrote {name}/cpu.tick\nwrote {name}/cpu.test.yaml\nwrote {name}/cpu.lp\n\nNext:\n  tick test {name}\n  \
         tick replay {name}/cpu.tick --input {name}/cpu.lp --report report.html\n  \
         tick run {name}/cpu.tick --input {name}/cpu.lp --dry-run\n"
    ));
    Tick::new("test").args(&[name]).run().status(0);
    Tick::new("check")
        .args(&[name, "--deny", "warnings", "--input", &format!("{name}/cpu.lp")])
        .run()
        .status(0);
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let test = folder.path().join("deadman.test.yaml");
    fs::write(&test, "mine").unwrap();
    let name = folder.path().to_str().unwrap();
    init(&[name, "--recipe", "deadman"]).status(2).stderr_has("is there already; nothing was written");
    assert_eq!(fs::read_to_string(&test).unwrap(), "mine");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    init(&[name, "--recipe", "deadmann"]).status(2).stderr_has("did you mean `deadman`?");
}

#[test]
fn the_cookbook_shows_every_recipe() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/cookbook.md")).unwrap();
    let listed = init(&["--list"]).status(0);
    assert!(listed.stdout.lines().count() >= 20);
    for line in listed.stdout.lines() {
        let (name, about) = line.split_once(' ').unwrap();
        assert!(about.trim_start().starts_with(|c: char| c.is_uppercase()), "{line}");
        let path = format!("{}/samples/recipes/{name}.tick", env!("CARGO_MANIFEST_DIR"));
        let script = fs::read_to_string(path).unwrap();
        assert!(
            page.contains(&format!("## {name}\n")) && page.contains(&format!("```tick\n{script}```\n")),
            "{name}"
        );
    }
}
