//! `tick init`

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::Exit;
use crate::cli::files;
use crate::cli::io::{complain, print};
use crate::cli::recipes::{FIRST, RECIPES, Recipe};
use crate::cli::report::io_words;
use crate::text::suggest;

/// What was typed.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Where to write; it is made if it is not there
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,

    /// Which rule to write
    #[arg(long, value_name = "NAME", default_value = FIRST)]
    recipe: String,

    /// List the rules there are
    #[arg(long, conflicts_with = "recipe")]
    list: bool,
}

const EXAMPLES: &str = "\
Examples:
  tick init rules
  tick init --list
  tick init rules --recipe disk-full

Files that are there already are never overwritten.

Exit status:
  0  all was written
  2  nothing was written";

/// Runs the command.
pub(crate) fn run(args: &Args) -> Exit {
    if args.list {
        return print(&list()).err().unwrap_or(Exit::Ok);
    }
    match init(args) {
        Ok(text) => print(&text).err().unwrap_or(Exit::Ok),
        Err(words) => {
            complain(&format!("error: {words}"));
            Exit::Usage
        }
    }
}

/// A line for each recipe.
fn list() -> String {
    let width = RECIPES.iter().map(|recipe| recipe.name.len()).max().unwrap_or(0);
    RECIPES.iter().map(|recipe| format!("{:<width$}  {}\n", recipe.name, recipe.about())).collect()
}

fn init(args: &Args) -> Result<String, String> {
    let Some(recipe) = RECIPES.iter().find(|recipe| recipe.name == args.recipe) else {
        let near = suggest::nearest(&args.recipe, RECIPES.iter().map(|recipe| recipe.name));
        let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        return Err(format!("there is no recipe `{}`{hint} (`tick init --list` shows all)", args.recipe));
    };
    let wanted: Vec<(PathBuf, &str)> =
        recipe.files().into_iter().map(|(name, text)| (args.folder.join(name), text)).collect();
    if let Some((there, _)) = wanted.iter().find(|(path, _)| path.symlink_metadata().is_ok()) {
        return Err(format!("{}: is there already; nothing was written", there.display()));
    }
    write_all(&wanted)?;
    Ok(said(recipe, &args.folder, &wanted))
}

/// Writes all files, or takes away again what it wrote.
fn write_all(wanted: &[(PathBuf, &str)]) -> Result<(), String> {
    for (index, (path, text)) in wanted.iter().enumerate() {
        let made = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| files::create(path, text));
        if let Err(error) = made {
            for (written, _) in wanted.iter().take(index) {
                // The first error is the one to tell.
                let _ = fs::remove_file(written);
            }
            return Err(format!("{}: {}; nothing was written", path.display(), io_words(&error)));
        }
    }
    Ok(())
}

/// What was written, and the next three commands.
fn said(recipe: &Recipe, folder: &Path, wanted: &[(PathBuf, &str)]) -> String {
    let mut text = String::new();
    for (path, _) in wanted {
        text += &format!("wrote {}\n", path.display());
    }
    let script = folder.join(format!("{}.tick", recipe.name));
    let data =
        wanted.iter().map(|(path, _)| path).find(|path| path.extension().is_some_and(|end| end == "lp"));
    let data = data.map_or_else(|| "metrics.lp".to_owned(), |path| path.display().to_string());
    text += "\nNext:\n";
    text += &format!("  tick test {}\n", folder.display());
    text += &format!("  tick replay {} --input {data} --report report.html\n", script.display());
    text += &format!("  tick run {} --input {data} --dry-run\n", script.display());
    text
}
