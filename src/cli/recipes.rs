//! The cookbook: rules with their tests, as `tick init` writes them.

/// A rule to start from.
pub(crate) struct Recipe {
    /// Its name, and that of its files.
    pub(crate) name: &'static str,
    /// The rule.
    pub(crate) script: &'static str,
    /// Its test.
    pub(crate) test: &'static str,
    /// Further files: what they are called below the folder, and what is in them.
    pub(crate) beside: &'static [(&'static str, &'static str)],
}

impl Recipe {
    /// What it is for: the first sentence of the script's comment.
    pub(crate) fn about(&self) -> String {
        let lines = self.script.lines().map_while(|line| line.strip_prefix("//")).map(str::trim);
        let comment = lines.filter(|line| !line.starts_with("tick:")).collect::<Vec<_>>().join(" ");
        match comment.split_once(". ") {
            Some((first, _)) => first.to_owned(),
            None => comment.trim_end_matches('.').to_owned(),
        }
    }

    /// The files it is made of, with their names.
    pub(crate) fn files(&self) -> Vec<(String, &'static str)> {
        let own =
            [(format!("{}.tick", self.name), self.script), (format!("{}.test.yaml", self.name), self.test)];
        own.into_iter().chain(self.beside.iter().map(|(name, text)| ((*name).to_owned(), *text))).collect()
    }
}

macro_rules! recipes {
    ($($name:literal $([$($beside:literal),+])?),+ $(,)?) => {
        /// All recipes, the simplest first.
        pub(crate) const RECIPES: &[Recipe] = &[$(Recipe {
            name: $name,
            script: include_str!(concat!("../../samples/recipes/", $name, ".tick")),
            test: include_str!(concat!("../../samples/recipes/", $name, ".test.yaml")),
            beside: &[$($(($beside, include_str!(concat!("../../samples/recipes/", $beside)))),+)?],
        }),+];
    };
}

recipes! {
    "cpu" ["cpu.lp"],
    "memory",
    "disk-full",
    "deadman",
    "sustained",
    "hysteresis",
    "anomaly",
    "latency",
    "traffic",
    "error-ratio",
    "yesterday",
    "quorum",
    "flapping",
    "inhibit",
    "business-hours",
    "maintenance",
    "version",
    "restart",
    "exec-script",
    "slack" ["slack.toml"],
    "batch",
    "downsample",
}

/// The one that is written where none is named.
pub(crate) const FIRST: &str = "cpu";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recipe_says_what_it_is_for() {
        for recipe in RECIPES {
            let about = recipe.about();
            assert!(
                about.len() > 20 && about.len() < 120 && !about.ends_with('.'),
                "{}: {about}",
                recipe.name
            );
        }
        assert!(RECIPES.iter().any(|recipe| recipe.name == FIRST));
    }

    #[test]
    fn every_file_of_the_cookbook_is_in_a_recipe() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/recipes");
        let known: Vec<String> = RECIPES.iter().flat_map(Recipe::files).map(|(name, _)| name).collect();
        let mut folders = vec![std::path::PathBuf::from(folder)];
        while let Some(at) = folders.pop() {
            for entry in std::fs::read_dir(at).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                assert!(known.contains(&name), "{name}");
            }
        }
    }
}
