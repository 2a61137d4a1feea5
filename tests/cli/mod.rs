//! The command line as users meet it: exact output, exact status.

mod tick;
