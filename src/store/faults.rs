//! Files that are not as they were written: refused with a clear word, and never touched.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::tests::{event, task};
use super::*;
use crate::alert::Level;

/// A store with a few hundred records, closed.
fn filled() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store
        .change(|change| {
            (0..300).try_for_each(|i| change.create(&task(&format!("task{i}"))))?;
            change.put_events(&[("topic", "id", &event(Level::Critical, 1))])
        })
        .unwrap();
    drop(store);
    let file = folder.path().join(FILE);
    (folder, file)
}

/// Opens a file with these bytes; the words of the refusal. The bytes stay.
fn refusal(folder: &TempDir, file: &PathBuf, bytes: &[u8]) -> Option<String> {
    fs::write(file, bytes).unwrap();
    let opened = Store::open(folder.path());
    match opened {
        Ok(_) => None,
        Err(error) => {
            assert_eq!(fs::read(file).unwrap(), bytes, "it was changed: {error}");
            Some(error.to_string())
        }
    }
}

#[test]
fn what_is_no_store_is_refused_and_left_alone() {
    let (folder, file) = filled();
    let whole = fs::read(&file).unwrap();
    let half = &whole[..whole.len() / 2];
    let cases: [(&[u8], &str); 4] = [
        (b"", "it is empty"),
        (b"short", "too short"),
        (&[b'x'; 5000], "no store"),
        (half, "its end is missing"),
    ];
    for (bytes, words) in cases {
        let told = refusal(&folder, &file, bytes).expect("a refusal");
        assert!(told.contains(words) && told.contains("is damaged"), "{told}");
        assert!(
            told.contains(file.to_str().unwrap()) && told.contains("Put a backup in its place"),
            "{told}"
        );
    }
    assert_eq!(refusal(&folder, &file, &whole), None, "the file itself is good");
}

#[test]
fn a_flipped_bit_is_found_or_means_nothing() {
    let (folder, file) = filled();
    let whole = fs::read(&file).unwrap();
    let (mut found, mut seed) = (0, 7_u64);
    for round in 0..120 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Every other time in the head and in the first pages, where all begins.
        let within = if round % 2 == 0 { whole.len() } else { 8 * 4096 };
        let at = (seed >> 20) as usize % within;
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (round % 8);
        match refusal(&folder, &file, &bytes) {
            Some(told) => {
                assert!(told.contains("is damaged"), "{at}: {told}");
                found += 1;
            }
            None => {
                let store = Store::open(folder.path()).unwrap();
                assert_eq!(store.view().unwrap().all::<Task>().unwrap().len(), 300, "{at}");
                assert_eq!(
                    store.view().unwrap().event("topic", "id").unwrap(),
                    Some(event(Level::Critical, 1))
                );
            }
        }
    }
    assert!(found > 10, "{found}");
}

#[test]
fn a_later_format_is_refused() {
    let (folder, file) = filled();
    let store = Store::open(folder.path()).unwrap();
    store.change(|change| change.set_itself("format", "2")).unwrap();
    drop(store);
    let told = Store::open(folder.path()).err().expect("a refusal").to_string();
    assert!(told.contains("has format 2") && told.contains(file.to_str().unwrap()), "{told}");
}

#[test]
fn a_backup_is_a_store_of_one_moment() {
    let (folder, _) = filled();
    let store = Arc::new(Store::open(folder.path()).unwrap());
    // Two records that always change together.
    let pair = |i: i64| [Task { modified: i, ..task("task0") }, Task { modified: i, ..task("task1") }];
    let set = move |store: &Store, i| store.change(|change| pair(i).iter().try_for_each(|t| change.put(t)));
    set(&store, 0).unwrap();
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let writer = std::thread::spawn({
        let store = Arc::clone(&store);
        move || (1..).take_while(|i| set(&store, *i).is_ok() && stopped.try_recv().is_err()).count()
    });
    for _ in 0..5 {
        let backup = store.backup().unwrap();
        let (length, copy) = (backup.length(), tempfile::tempdir().unwrap());
        let written = backup.write_to(File::create(copy.path().join(FILE)).unwrap()).unwrap();
        assert_eq!(written, length);
        let copied = Store::open(copy.path()).unwrap();
        let [a, b] = ["task0", "task1"].map(|id| copied.get::<Task>(id).unwrap().unwrap().modified);
        assert_eq!(a, b);
        assert_eq!(copied.view().unwrap().all::<Task>().unwrap().len(), 300);
    }
    stop.send(()).unwrap();
    assert!(writer.join().unwrap() > 0);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    for below in [file.clone(), file.join("below")] {
        let told = Store::open(&below).err().expect("a refusal").to_string();
        assert!(told.starts_with(&format!("data folder `{}`: ", below.display())), "{told}");
    }
}
