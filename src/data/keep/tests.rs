//! What is written comes back the same in another world, and what was not written comes back as an error.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Damaged, Keep, Loader, Saver};
use crate::data::{Dims, GroupId, Row, Shelf, Sym, TagsId, Tape, Val, World};

/// Some of everything that is written in a way of its own.
#[derive(Default)]
struct Mixed {
    ints: Vec<i64>,
    floats: Vec<f64>,
    names: Vec<Sym>,
    tags: TagsId,
    group: GroupId,
    text: Option<String>,
    rows: Shelf,
}

crate::data::kept!(Mixed { ints, floats, names, tags, group, text, rows });

fn mixed(world: &mut World, ints: &[i64], floats: &[u64], texts: &[String]) -> (Mixed, Vec<Sym>) {
    let names: Vec<Sym> = texts.iter().map(|text| world.symbols.intern(text)).collect();
    let pairs: Vec<(String, String)> = texts.iter().map(|t| (t.clone(), format!("{t}!"))).collect();
    let tags = world.tags(&pairs);
    let keys = world.tags.pairs(tags).iter().map(|pair| pair.0).collect();
    let dims = world.groups.dims_id(Dims { by_name: true, names: keys }, &world.symbols);
    let name = world.symbols.intern("m");
    let group = world.group(dims, name, tags);
    let slots = vec![name, world.symbols.intern("n")];
    let (mut tape, mut rows) = (Tape::default(), Shelf::default());
    for (text, time) in texts.iter().zip(ints) {
        tape.clear();
        let text = Val::Str(tape.text.push(text));
        tape.vals.extend([text, Val::Int(*time)]);
        rows.push(&Row { time: *time, name, tags, group, ..Row::EMPTY }, 2, &tape);
    }
    let floats = floats.iter().map(|bits| f64::from_bits(*bits)).collect();
    (Mixed { ints: ints.to_vec(), floats, names, tags, group, text: texts.first().cloned(), rows }, slots)
}

fn written(world: &World, mixed: &Mixed) -> Vec<u8> {
    let mut out = Saver::new(world);
    mixed.save(&mut out);
    out.finish()
}

proptest! {
    #[test]
    fn what_is_written_comes_back_in_another_world(
        ints in vec(any::<i64>(), 0..9),
        floats in vec(any::<u64>(), 0..5),
        texts in vec("[a-cä]{0,3}", 0..9),
    ) {
        let (mut old, mut new) = (World::default(), World::default());
        let (mixed, _) = mixed(&mut old, &ints, &floats, &texts);
        let bytes = written(&old, &mixed);
        // Names were met in another order here.
        let slots = ["n", "zz", "a", "m"].map(|text| new.symbols.intern(text));
        let mut from = Loader::new(&bytes, &mut new, &slots[..2]);
        let back: Mixed = from.get().expect("it was written");
        prop_assert_eq!(from.end(), Ok(()));
        prop_assert_eq!(&back.ints, &mixed.ints);
        let bits = |all: &[f64]| all.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        prop_assert_eq!(bits(&back.floats), bits(&mixed.floats));
        let names = |world: &World, syms: &[Sym]| -> Vec<String> {
            syms.iter().map(|sym| world.symbols.name(*sym).to_owned()).collect()
        };
        prop_assert_eq!(names(&new, &back.names), names(&old, &mixed.names));
        prop_assert_eq!(new.group_id(back.group), old.group_id(mixed.group));
        prop_assert_eq!(written(&new, &back), bytes);
    }

    #[test]
    fn damage_is_an_error_or_another_state(
        ints in vec(any::<i64>(), 0..9),
        texts in vec("[a-c]{0,3}", 0..9),
        end in any::<prop::sample::Index>(),
        flips in vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    ) {
        let mut world = World::default();
        let (mixed, slots) = mixed(&mut world, &ints, &[1, 2], &texts);
        let mut bytes = written(&world, &mixed);
        let whole = bytes.len();
        bytes.truncate(1 + end.index(whole));
        let cut = bytes.len() < whole;
        for (at, with) in &flips {
            let at = at.index(bytes.len());
            bytes[at] ^= with;
        }
        let mut from = Loader::new(&bytes, &mut world, &slots);
        let back = from.get::<Mixed>();
        prop_assert!(!cut || !flips.is_empty() || back.is_err(), "a part is not the whole");
    }
}

#[test]
fn no_length_is_believed() {
    let mut world = World::default();
    let mut long = Saver::new(&world);
    long.number(u64::MAX);
    let bytes = long.finish();
    assert_eq!(Loader::new(&bytes, &mut world, &[]).get::<Vec<i64>>(), Err(Damaged));
    let too_long = [0xff; 10];
    assert_eq!(Loader::new(&too_long, &mut world, &[]).number(), Err(Damaged));
}
