//! Writes benchmark input: `cargo run --release --example generate PROFILE POINTS > FILE`.

use std::io::Write;
use std::process::ExitCode;

mod generate;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let profile = args.next().and_then(|name| generate::Profile::named(&name));
    let points = args.next().and_then(|count| count.parse().ok());
    let (Some(profile), Some(points)) = (profile, points) else {
        let usage = "usage: generate cpu|cpu-shuffled|wide|mixed|pair POINTS [SEED] > FILE\n";
        let _ = std::io::stderr().write_all(usage.as_bytes());
        return ExitCode::from(2);
    };
    let seed = args.next().and_then(|seed| seed.parse().ok()).unwrap_or(42);
    let mut out = std::io::stdout().lock();
    let mut written = Ok(());
    generate::generate(profile, points, seed, |text| {
        if written.is_ok() {
            written = out.write_all(text.as_bytes());
        }
    });
    if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
