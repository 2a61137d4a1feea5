//! The command `tick`.

fn main() -> std::process::ExitCode {
    tickscript::cli::main()
}
