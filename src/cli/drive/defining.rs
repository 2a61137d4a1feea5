//! What surrounds scripts when tasks are made of them, for all commands that run or record tasks.

use std::path::PathBuf;

/// What the command line says about tasks.
#[derive(clap::Args, Debug, Default)]
pub(crate) struct Defining {
    /// Database of the input, and of scripts without `dbrp`
    #[arg(long, value_name = "NAME", help_heading = "Tasks")]
    pub(crate) db: Option<String>,

    /// Retention policy of the input, and of scripts without `dbrp`
    #[arg(long, value_name = "NAME", help_heading = "Tasks")]
    pub(crate) rp: Option<String>,

    /// Task id of the n-th script (default: its file name without `.tick`)
    #[arg(long, value_name = "ID", help_heading = "Tasks")]
    pub(crate) task: Vec<String>,

    /// Values for the scripts' vars: JSON as for `kapacitor define -vars`
    #[arg(long, value_name = "FILE", help_heading = "Tasks")]
    pub(crate) vars: Option<PathBuf>,

    /// A value for one var; it is read as the type that the script gives it
    #[arg(long, value_name = "NAME=VALUE", help_heading = "Tasks")]
    pub(crate) var: Vec<String>,
}
