//! Once warm, a point costs no allocation: counted with an allocator of its own, so this is a process of
//! its own.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Write;

#[path = "bench/generate.rs"]
#[allow(dead_code, reason = "the benchmarks use more of it")]
mod generate;
#[path = "bench/harness.rs"]
mod harness;

use generate::Profile;
use harness::{Ahead, Count, engine, play, play_ahead};

/// The system's allocator, counting for the thread that asked for it.
struct Counting;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
    /// Bytes in use.
    static HELD: Cell<i64> = const { Cell::new(0) };
}

fn count() {
    // A thread that is being torn down has no counter any more.
    let _ = COUNT.try_with(|c| c.set(c.get() + 1));
}

fn hold(bytes: i64) {
    let _ = HELD.try_with(|c| c.set(c.get() + bytes));
}

#[allow(unsafe_code, reason = "an allocator cannot be written without; it only counts and passes on")]
// SAFETY: every call goes to the system's allocator with the arguments it came with.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        hold(layout.size() as i64);
        // SAFETY: the caller keeps the contract of `alloc`, which is this function's own.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        hold(-(layout.size() as i64));
        // SAFETY: `ptr` came from `alloc` or `realloc` of the same allocator.
        unsafe { System.dealloc(ptr, layout) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        hold(size as i64 - layout.size() as i64);
        // SAFETY: `ptr` came from `alloc` or `realloc` of the same allocator.
        unsafe { System.realloc(ptr, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> u64 {
    let before = COUNT.with(Cell::get);
    work();
    COUNT.with(Cell::get) - before
}

/// Rules whose events are rare or none, so that what is counted is the path of a point.
const RULES: [(&str, &str); 7] = [
    ("threshold", "stream|from().measurement('cpu')|alert().crit(lambda: \"usage_idle\" < -1.0)"),
    (
        "threshold by group",
        "stream|from().measurement('cpu').groupBy('host', 'cpu')|alert().crit(lambda: \"usage_idle\" < -1.0)\
         .stateChangesOnly()",
    ),
    (
        "where on tags and fields",
        "stream|from().measurement('cpu').where(lambda: \"cpu\" == 'cpu0')\
         |where(lambda: \"host\" =~ /^web-00/ AND \"usage_user\" > 1.0)|alert().crit(lambda: \"usage_user\" > 1000.0)",
    ),
    (
        "eval, where, stateDuration, alert",
        "stream|from().measurement('cpu').groupBy('host', 'cpu')\
         |eval(lambda: \"usage_user\" + \"usage_system\", lambda: 100.0 - \"usage_idle\").as('work', 'busy')\
         .keep('work', 'busy', 'usage_iowait')|where(lambda: \"busy\" >= 0.5)\
         |stateDuration(lambda: \"busy\" > 90.0).unit(1s).as('hot')|alert().crit(lambda: \"hot\" >= 1e9)",
    ),
    (
        "text and a shared sigma",
        "stream|from().measurement('system').groupBy('host')\
         |where(lambda: strContains(\"uptime_format\", 'days') AND \"uptime_format\" != '')\
         |alert().crit(lambda: sigma(\"load1\") > 1000.0)",
    ),
    (
        "join",
        "var mem = stream|from().measurement('mem').groupBy('host')\
         stream|from().measurement('cpu').where(lambda: \"cpu\" == 'cpu-total').groupBy('host')\
         |join(mem).as('cpu', 'mem').tolerance(1s).fill(0.0)\
         |eval(lambda: \"cpu.usage_idle\" + \"mem.used_percent\").as('sum')|alert().crit(lambda: \"sum\" < -1.0)",
    ),
    (
        "join with on, and union",
        "var cores = stream|from().measurement('cpu').where(lambda: \"cpu\" != 'cpu0').groupBy('host', 'cpu')\
         var hosts = stream|from().measurement('cpu').where(lambda: \"cpu\" == 'cpu0').groupBy('host')\
         var shares = cores|join(hosts).as('core', 'host').on('host')\
         |eval(lambda: \"core.usage_user\" - \"host.usage_user\").as('usage_user')\
         cores|union(shares)|alert().crit(lambda: \"usage_user\" > 1000.0)",
    ),
];

#[test]
fn a_warm_point_allocates_nothing() {
    let mut text = String::new();
    for profile in [Profile::Cpu, Profile::CpuShuffled, Profile::Mixed] {
        text.clear();
        generate::generate(profile, 10_000, 1, |part| text.push_str(part));
        // Times begin with 17. They must not go back, for a join would wait for the rest of the past; and its
        // queues take a few turns to reach their size.
        let turn = |i: u32| text.replace(" 17", &format!(" {i}"));
        let turns: Vec<String> = (10..19).map(turn).collect();
        for (name, script) in RULES {
            let script = script.replace("1e9", "1000000000.0");
            let mut engine = engine(&[&script]);
            let (last, before) = turns.split_last().expect("several");
            let warm = if name.starts_with("join") { before.len() } else { 1 };
            for turn in &before[..warm] {
                play(&mut engine, turn);
            }
            let mut events = 0;
            let count = allocations(|| events = play(&mut engine, last));
            assert_eq!(events, 0, "{name} on {profile:?}: the rule must stay quiet");
            assert_eq!(count, 0, "{name} on {profile:?}");
            // The same, read ahead.
            let (mut ahead, mut sink) = (Ahead::of(&engine), Count::default());
            play_ahead(&mut engine, &mut ahead, &turn(20), &mut sink);
            let again = turn(21);
            let count = allocations(|| assert_eq!(play_ahead(&mut engine, &mut ahead, &again, &mut sink), 0));
            assert_eq!((count, sink.0), (0, 0), "{name} on {profile:?}, read ahead");
        }
    }
}

/// What stands between the groups and an alert that stays quiet: windows and functions.
const WINDOWS: [&str; 14] = [
    "|window().period(1m).every(1m)|mean('usage_idle').as('x')",
    "|window().period(1m).every(1m).align()|max('usage_idle').as('x')",
    "|window().period(1m).every(1m)|stddev('usage_idle').as('x')",
    // A window that is open for years, and holds no points.
    "|window().period(50000h).every(50000h)|sum('usage_idle').as('x')",
    "|window().period(50000h).every(50000h)|last('usage_idle').as('x')",
    "|window().period(1m).every(10s)|mean('usage_idle').as('x')",
    "|window().period(1m).every(10s)|spread('usage_idle').as('x')",
    "|window().period(1m)|min('usage_idle').as('x')",
    "|window().periodCount(6).everyCount(2)|first('usage_idle').as('x')",
    "|window().period(1m).every(1m)|median('usage_idle').as('x')",
    "|window().period(1m).every(30s)|percentile('usage_idle', 90.0).as('x')",
    "|window().period(1m).every(1m)|top(3, 'usage_idle').as('x')",
    "|window().period(1m).every(1m)|distinct('usage_user').as('x')",
    "|movingAverage('usage_idle', 6).as('x')|derivative('x')",
];

#[test]
fn warm_windows_and_functions_allocate_nothing() {
    let (mut text, mut later) = (String::new(), 0);
    generate::generate(Profile::Cpu, 48_000, 1, |part| text.push_str(part));
    for _ in 0..40_000 {
        later += text[later..].find('\n').expect("a line") + 1;
    }
    let (first, then) = text.split_at(later);
    for window in WINDOWS {
        let script = format!(
            "stream|from().measurement('cpu').groupBy('host', 'cpu'){window}|alert().crit(lambda: \"x\" < -1000.0)"
        );
        let mut engine = engine(&[&script]);
        assert_eq!(play(&mut engine, first), 0, "{window}");
        let count = allocations(|| assert_eq!(play(&mut engine, then), 0, "{window}"));
        assert_eq!(count, 0, "{window}");
    }
}

/// A side without a counterpart waits until the end: many of them have to fit.
#[test]
fn a_waiting_point_of_a_join_is_small() {
    const POINTS: usize = 50_000;
    let script = "var b = stream|from().measurement('b').groupBy('host')\
                  stream|from().measurement('a').groupBy('host')|join(b).as('a', 'b')\
                  |where(lambda: \"a.v\" > \"b.v\")|alert().crit(lambda: \"a.s\" == 'x')";
    let mut text = String::new();
    for i in 0..POINTS {
        let (host, time) = (i % 100, 1_700_000_000_000_000_000 + i / 100);
        writeln!(text, "a,host=h{host} v={i},s=\"some text\",unread=1 {time}").expect("a text");
    }
    let mut engine = engine(&[script]);
    let before = HELD.with(Cell::get);
    play(&mut engine, &text);
    let each = (HELD.with(Cell::get) - before) as usize / POINTS;
    assert!((64..400).contains(&each), "{each} bytes");
}

#[test]
fn the_counter_counts() {
    assert!(allocations(|| drop(std::hint::black_box(vec![1u8; 10]))) > 0);
}
