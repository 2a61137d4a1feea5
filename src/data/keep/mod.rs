//! What lasts longer than a process: state is written to bytes and read back, by one trait.
//!
//! The codec is our own. What nodes remember is full of ids (of names, sets of tags, groups) that mean something
//! only in the world of one engine, and most of it can be read back only in place, into a node that was built
//! from its script. A derived codec knows neither, and would want a second copy of each type without its ids.
//! So a [`Saver`] writes whatever an id stands for where it is first met, and a number after that; a [`Loader`]
//! interns it in its own world. Numbers are varints, floats are their bits, and no length is believed that is more
//! than what is left.

mod loader;
mod saver;
mod std_types;

pub use loader::{Damaged, Loader};
pub use saver::Saver;

/// State that can be stored and loaded.
pub trait Keep {
    /// Writes it.
    fn save(&self, out: &mut Saver<'_>);

    /// Reads what was written into something that is as new.
    ///
    /// # Errors
    /// If that is not what the bytes say. What was read up to there stays.
    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged>;
}

/// `kept!(Type { field, ... })`: the state of a struct is that of these fields; of none, it has no state.
macro_rules! kept {
    ($Type:ty { $($field:ident),* $(,)? }) => {
        impl crate::data::Keep for $Type {
            fn save(&self, _out: &mut crate::data::Saver<'_>) {
                $(crate::data::Keep::save(&self.$field, _out);)*
            }

            fn restore(&mut self, _from: &mut crate::data::Loader<'_>) -> Result<(), crate::data::Damaged> {
                $(crate::data::Keep::restore(&mut self.$field, _from)?;)*
                Ok(())
            }
        }
    };
}
pub(crate) use kept;

#[cfg(test)]
mod tests;
