//! `exec`: a program for each event, with the event's JSON on its standard input.

use std::sync::Arc;

use super::child::{End, Limits, run, start_error, status_words};
use super::handler::HandlerConfig;
use super::payload::Payload;
use super::report::{OnOutput, Trouble};
use super::worker::{Job, Shared};
use crate::pipeline::{Arg, ArgType, Fault, HandlerDef, HandlerSpec, Param};

/// As scripts see it.
pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "exec",
    kind: "exec",
    go_type: "ExecHandler",
    params: &[Param::new("program", ArgType::Str)],
    rest: Some(Param::new("argument", ArgType::Str)),
    doc: "starts a program for each event",
    details: "The program gets the event as JSON, with a newline, on its standard input. It is started \
              directly, without a shell, and looked up in PATH if its name has no slash. One program runs at \
              a time for each handler, in the order of the events; `--exec-jobs` limits how many run over \
              all handlers. A program that takes longer than `--exec-timeout` is asked to end (SIGTERM to \
              its process group) and killed if it does not. What it prints is passed on to standard \
              error. A program that it leaves in the background is not waited for. In handler files, \
              `mode: stream` keeps one program running and writes it a line for each event; it does not \
              count among the jobs.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        .crit(lambda: \"usage_idle\" < 10)\n        .exec('/usr/local/bin/page', '--team', 'ops')\n",
    ..HandlerSpec::BASE
};

/// From a script's handler.
pub(super) fn config(def: &HandlerDef) -> Result<HandlerConfig, Fault> {
    let mut texts = def.args.iter().filter_map(|arg| match arg {
        Arg::Str(s) => Some(s.clone()),
        _ => None,
    });
    let prog = texts.next().unwrap_or_default();
    if prog.is_empty() {
        return Err(Fault::new("must provide a program to exec").hint("write `.exec('/path/to/program')`"));
    }
    Ok(HandlerConfig::Exec { prog, args: texts.collect(), stream: false })
}

/// Runs the program for event after event.
pub(super) async fn work(job: &Job, prog: String, args: Vec<String>) {
    let program = Arc::new((prog, args));
    job.each(|payload| {
        let (program, shared) = (Arc::clone(&program), Arc::clone(&job.shared));
        async move {
            // The semaphore is never closed.
            let Ok(permit) = Arc::clone(&shared.jobs).acquire_owned().await else { return Ok(()) };
            let blocking = tokio::task::spawn_blocking(move || {
                let _permit = permit;
                let _counted = shared.programs.count();
                handle(&program.0, &program.1, &payload, &shared)
            });
            blocking.await.unwrap_or_else(|e| Err(Trouble::new(FAILED, e.to_string())))
        }
    })
    .await;
}

/// Kapacitor's words.
pub(super) const FAILED: &str = "exec command failed";

fn handle(prog: &str, args: &[String], payload: &Payload, shared: &Shared) -> Result<(), Trouble> {
    let options = &shared.options;
    let limits =
        Limits { timeout: options.exec_timeout, grace: options.exec_grace, output: options.output_limit };
    let input = payload.line().unwrap_or_default().as_bytes();
    let end = run(prog, args, input, limits, &|| shared.is_cancelled())
        .map_err(|e| Trouble::new(FAILED, start_error(prog, &e)))?;
    judge(prog, end, options.exec_timeout, &options.on_output)
}

fn judge(prog: &str, end: End, timeout: std::time::Duration, on_output: &OnOutput) -> Result<(), Trouble> {
    if end.timed_out {
        let error = format!("`{prog}` was ended after {timeout:?}: too slow for `--exec-timeout`");
        return Err(Trouble::new(FAILED, error).with("output", end.output).timed_out());
    }
    if end.status.success() {
        on_output.tell(&end.output);
        return Ok(());
    }
    let error = format!("`{prog}`: {}", status_words(end.status));
    Err(Trouble::new(FAILED, error).with("output", end.output))
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;
    use std::sync::Mutex;
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_a_program_prints_is_told_once() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let list = Arc::clone(&told);
        let on_output = OnOutput::new(move |text| list.lock().unwrap().push(text.to_owned()));
        for (status, output, context) in [(0, "alarm\n", false), (0, "", false), (3 << 8, "broken\n", true)] {
            let status = ExitStatus::from_raw(status);
            let end = End { status, output: output.to_owned(), timed_out: false };
            let judged = judge("/bin/x", end, Duration::from_secs(1), &on_output);
            let said = judged.err().is_some_and(|t| t.context.contains(&("output", output.to_owned())));
            assert_eq!(said, context, "{output}");
        }
        assert_eq!(*told.lock().unwrap(), ["alarm\n"], "what failed is in the failure");
    }
}
