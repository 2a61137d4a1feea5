//! Benchmarks of the hot paths: lines to points, one lambda, and whole rules on points in memory.
//!
//! `cargo bench` runs all; `cargo bench -- r4` one. Input is generated, so that every machine has the
//! same bytes.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tickscript::data::{Catalog, Slots, Sym, TagsId, Tape, Text, Val, World};
use tickscript::input::line::{LineReader, Next};
use tickscript::input::point::Precision;
use tickscript::lambda::{Env, Program};
use tickscript::value::Zone;

#[path = "generate.rs"]
#[allow(dead_code, reason = "the generator's command uses more of it")]
mod generate;

#[path = "harness.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod harness;

use generate::Profile;
use harness::{engine, play};

const POINTS: u64 = 100_000;

fn input(profile: Profile) -> String {
    let mut text = String::new();
    generate::generate(profile, POINTS, 42, |part| text.push_str(part));
    text
}

fn lines(c: &mut Criterion) {
    let mut group = c.benchmark_group("lines");
    for profile in [Profile::Cpu, Profile::CpuShuffled, Profile::Mixed, Profile::Wide] {
        let text = input(profile);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("tick", format!("{profile:?}")), |b| {
            let (mut catalog, mut world) = (Catalog::default(), World::default());
            catalog.want(None, &["usage_idle".to_owned()], 0);
            let mut tape = Tape { vals: vec![Val::Missing], ..Tape::default() };
            let reader = LineReader::new(catalog.source(Sym::EMPTY, Sym::EMPTY), Precision::Nanos, None);
            b.iter(|| {
                let (mut at, mut points) = (0, 0u64);
                while let Next::Point(p) =
                    reader.next(text.as_bytes(), &mut at, &mut catalog, &mut world, &mut tape)
                {
                    points += 1;
                    black_box((p.time, tape.vals[0]));
                    tape.text.clear();
                }
                assert_eq!(points, POINTS);
            });
        });
        group.bench_function(BenchmarkId::new("influxdb-line-protocol", format!("{profile:?}")), |b| {
            b.iter(|| {
                let mut points = 0;
                for line in influxdb_line_protocol::parse_lines(&text) {
                    points += 1;
                    black_box(line.expect("a good line").timestamp);
                }
                assert_eq!(points, POINTS);
            });
        });
    }
    group.finish();
}

fn lambda(c: &mut Criterion) {
    let mut group = c.benchmark_group("lambda");
    for text in [
        "\"x\" < 10.0",
        "\"x\" < 10",
        "(\"x\" + \"y\") * 2.0 > 150.0 AND \"s\" == 'web'",
        "sigma(\"x\") > 3.0",
    ] {
        let expr = tickscript::lang::parse_lambda(text).expect("a good lambda");
        let (mut slots, mut world) = (Slots::default(), World::default());
        for name in ["x", "y", "s"] {
            slots.slot(name);
        }
        let mut program = Program::new(&expr, &mut slots, &mut world.symbols).expect("a program");
        let mut state = program.state();
        let mut text_of_row = Text::default();
        let web = Val::Str(text_of_row.push("web"));
        let mut row = [Val::Float(90.0), Val::Float(5.0), web];
        group.throughput(Throughput::Elements(1));
        group.bench_function(text, |b| {
            b.iter(|| {
                row[0] = Val::Float(black_box(90.0));
                let mut env = Env {
                    slots: &row,
                    text: &mut text_of_row,
                    world: &world,
                    tags: TagsId::EMPTY,
                    time: 0,
                    now: 0,
                    zone: &Zone::utc(),
                };
                program.test(&mut state, &mut env)
            });
        });
    }
    group.finish();
}

fn rules(c: &mut Criterion) {
    let mut group = c.benchmark_group("rules");
    group.sample_size(20);
    group.throughput(Throughput::Elements(POINTS));
    let cpu = input(Profile::Cpu);
    let shuffled = input(Profile::CpuShuffled);
    let wide = input(Profile::Wide);
    let r1 = include_str!("rules/r1.tick");
    let hundred = vec![r1; 100];
    let cases: [(&str, &[&str], &str); 10] = [
        ("r1", &[r1], &cpu),
        ("r1 shuffled", &[r1], &shuffled),
        ("r2", &[include_str!("rules/r2.tick")], &cpu),
        ("r3", &[include_str!("rules/r3.tick")], &cpu),
        ("r4", &[include_str!("rules/r4.tick")], &cpu),
        ("r6", &[include_str!("rules/r6.tick")], &cpu),
        ("r7", &hundred, &cpu),
        ("w1", &[include_str!("rules/w1.tick")], &wide),
        ("w2", &[include_str!("rules/w2.tick")], &wide),
        ("w3", &[include_str!("rules/w3.tick")], &wide),
    ];
    for (name, scripts, text) in cases {
        group.bench_function(name, |b| {
            b.iter(|| play(&mut engine(scripts), text));
        });
    }
    group.finish();
}

criterion_group!(benches, lines, lambda, rules);
criterion_main!(benches);
