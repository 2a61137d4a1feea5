//! The command line as users meet it: exact output, exact status.

mod replay;
mod run;
mod tick;
