//! What surrounds scripts when tasks are made of them, for all commands that run or record tasks.

use std::path::PathBuf;

use crate::handlers::config::Config;
use crate::play::Around;
use crate::udf::Inquiry;
use crate::value::time;

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

impl Defining {
    /// What surrounds the scripts, with a server's configuration.
    pub(crate) fn around<'a>(&'a self, config: &'a Config) -> Around<'a> {
        Around {
            db: self.db.as_deref(),
            rp: self.rp.as_deref(),
            config,
            functions: Inquiry::new(config.udfs.clone()),
        }
    }
}

/// `--epoch`
pub(crate) fn moment(text: &str) -> Result<i64, String> {
    time::parse_rfc3339(text).ok_or_else(|| "expected a time such as `2020-01-01T00:00:00Z`".to_owned())
}
