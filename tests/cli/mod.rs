//! The command line as users meet it: exact output, exact status.

mod bad_input;
mod batch;
mod check;
mod csv;
mod delay;
mod ends;
mod eval;
mod explain;
mod fmt;
mod replay;
mod run;
mod services;
mod tick;
