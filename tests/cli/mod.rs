//! The command line as users meet it: exact output, exact status.

mod asked;
mod backtest;
mod bad_input;
mod batch;
mod check;
mod clock;
mod convert;
mod csv;
mod delay;
mod ends;
mod eval;
mod explain;
mod fmt;
mod init;
mod limits;
mod nan;
mod outs;
mod record;
mod replay;
mod run;
mod server;
mod services;
mod stats;
mod tick;
