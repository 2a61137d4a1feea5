//! `tick config`, and `--config` with the environment.

use super::tick::Tick;

const FULL: &str = include_str!("config/full.conf");

fn config(text: &str) -> Tick {
    Tick::new("config").file("k.conf", text).args(&["--config", "k.conf"])
}

#[test]
fn what_holds_is_printed_without_secrets() {
    let done = config(FULL).env("KAPACITOR_SMTP_HOST", "relay").run().status(0);
    assert!(!done.stdout.contains("MARK-"), "{}", done.stdout);
    let done = done.stdout_has(
        "[smtp]\nenabled = true\nhost = \"relay\"\nport = 465\nusername = \"u\"\npassword = \"***\"\n",
    );
    done.stderr("warning: k.conf:240:1: `[[kafka]]` is enabled, but not supported: nothing comes of it\n");
    config(FULL).args(&["--show-secrets"]).run().status(0).stdout_has("password = \"MARK-23\"\n");
}

#[test]
fn what_is_wrong_is_told_at_once() {
    let text = "[slack]\nenabled = true\n[smtp]\nport = 0\nprot = 1\n";
    let told = "error: k.conf:1:1: invalid configuration: slack: must specify url\n\
                error: k.conf:4:8: invalid configuration: smtp: invalid port 0\n";
    config(text).args(&["--check"]).run().status(1).stdout("").stderr(told);
    config(text).run().status(2).stdout("").stderr(told);
    config("hostname = 'a'\n").args(&["--check"]).run().status(1).stderr(
        "error: k.conf: invalid configuration: must configure valid data dir; write `data_dir = \"/var/lib/kapacitor\"` before the first section\n",
    );
    config(FULL).args(&["--check"]).run().status(0).stdout("");
    let variable = config("").env("KAPACITOR_SMTP_PORT", "x").run().status(2);
    variable.stderr_has(
        "error: apply env config: failed to apply KAPACITOR_SMTP_PORT to Port using type int and value 'x'; ",
    );
}

#[test]
fn the_file_is_found() {
    let named =
        Tick::new("config").file("k.conf", "hostname = 'named'\n").env("KAPACITOR_CONFIG_PATH", "k.conf");
    named.run().status(0).stdout_has("hostname = \"named\"\n");
    let home = Tick::new("config").file(".kapacitor/kapacitor.conf", "hostname = 'own'\n");
    let folder = home.folder_name();
    home.env("HOME", &folder).run().status(0).stdout_has("hostname = \"own\"\n");
    let none = Tick::new("config").args(&["--config", "/dev/null"]).run().status(0);
    none.stdout_has("hostname = \"localhost\"\n");
}

#[test]
fn the_environment_counts_for_other_commands_too() {
    let script = "stream|from().measurement('cpu')|alert().crit(lambda: TRUE).slack()";
    let run = || {
        Tick::new("replay")
            .script(script)
            .input("cpu x=1 1\n")
            .file("k.conf", "")
            .args(&["--config", "k.conf"])
    };
    run()
        .env("KAPACITOR_SLACK_0_ENABLED", "true")
        .run()
        .status(2)
        .stderr_has("invalid configuration: slack: must specify url");
    run().run().status(0);
}
