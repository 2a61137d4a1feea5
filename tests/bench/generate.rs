//! Metrics like Telegraf's, for benchmarks: the same profile, number of points and seed always give
//! the same bytes.

use std::fmt::Write as _;

/// What to make.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Profile {
    /// 800 series of `cpu`, ten float fields.
    Cpu,
    /// The same, the fields of each line in another order, as Telegraf writes them.
    CpuShuffled,
    /// 100,000 series of `requests`, one field.
    Wide,
    /// Six measurements with all types of fields, and escapes.
    Mixed,
    /// `cpu` and `mem` of 400 hosts, in turns.
    Pair,
}

impl Profile {
    /// By its name on a command line.
    pub(crate) fn named(name: &str) -> Option<Profile> {
        Some(match name {
            "cpu" => Profile::Cpu,
            "cpu-shuffled" => Profile::CpuShuffled,
            "wide" => Profile::Wide,
            "mixed" => Profile::Mixed,
            "pair" => Profile::Pair,
            _ => return None,
        })
    }
}

/// Appends the line protocol of so many points to `out`, handing it to `full` whenever it has grown
/// past a mebibyte, and at the end.
pub(crate) fn generate(profile: Profile, points: u64, seed: u64, full: impl FnMut(&str)) {
    let mut lines = Lines {
        out: String::new(),
        left: points,
        shuffle: (profile == Profile::CpuShuffled).then_some(Random(seed ^ 0xAB_CDEF)),
        full,
    };
    let mut random = Random(seed);
    match profile {
        Profile::Cpu | Profile::CpuShuffled => cpu(&mut lines, &mut random),
        Profile::Wide => wide(&mut lines, &mut random),
        Profile::Mixed => mixed(&mut lines, &mut random, 100, false),
        Profile::Pair => mixed(&mut lines, &mut random, 400, true),
    }
    (lines.full)(&lines.out);
}

const START: i64 = 1_700_000_000;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// In 0..1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }

    fn range(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to - from)
    }
}

enum Value {
    Float(f64),
    Int(i64),
    Bool(bool),
    Text(String),
}

struct Lines<F> {
    out: String,
    left: u64,
    shuffle: Option<Random>,
    full: F,
}

impl<F: FnMut(&str)> Lines<F> {
    /// Writes a point; `false` once there are enough of them.
    fn point(&mut self, name: &str, tags: &[(&str, &str)], fields: &[(&str, Value)], time: i64) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        escape(&mut self.out, name, " ,");
        for (key, value) in tags {
            let _ = write!(self.out, ",{key}=");
            escape(&mut self.out, value, " ,=");
        }
        let mut order: Vec<usize> = (0..fields.len()).collect();
        if let Some(random) = &mut self.shuffle {
            for i in (1..fields.len()).rev() {
                order.swap(i, random.below(i as u64 + 1) as usize);
            }
        }
        let mut separator = ' ';
        for i in order {
            self.field(separator, &fields[i]);
            separator = ',';
        }
        let _ = writeln!(self.out, " {time}000000000");
        if self.out.len() > 1 << 20 {
            (self.full)(&self.out);
            self.out.clear();
        }
        self.left > 0
    }

    fn field(&mut self, separator: char, (key, value): &(&str, Value)) {
        let _ = write!(self.out, "{separator}{key}=");
        let _ = match value {
            Value::Float(x) => write!(self.out, "{x}"),
            Value::Int(x) => write!(self.out, "{x}i"),
            Value::Bool(x) => write!(self.out, "{x}"),
            Value::Text(x) => {
                self.out.push('"');
                escape(&mut self.out, x, "\"\\");
                self.out.write_char('"')
            }
        };
    }
}

fn escape(out: &mut String, text: &str, special: &str) {
    for c in text.chars() {
        if special.contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
}

/// A core whose load wanders, with rare hot episodes.
struct Core {
    load: f64,
    hot: u64,
}

const CORE_FIELDS: [&str; 10] = [
    "usage_guest",
    "usage_guest_nice",
    "usage_idle",
    "usage_iowait",
    "usage_irq",
    "usage_nice",
    "usage_softirq",
    "usage_steal",
    "usage_system",
    "usage_user",
];

impl Core {
    fn new(random: &mut Random) -> Core {
        Core { load: 0.03 + 0.5 * random.unit(), hot: 0 }
    }

    /// The next ten seconds, in percent.
    fn step(&mut self, random: &mut Random) -> Vec<(&'static str, Value)> {
        self.load = (self.load + (random.unit() - 0.5) * 0.06).clamp(0.02, 0.75);
        if self.hot > 0 {
            self.hot -= 1;
        } else if random.below(2000) == 0 {
            self.hot = random.range(5, 36);
        }
        let total = random.range(992, 1004);
        let busy = if self.hot > 0 {
            total - random.range(0, total / 11)
        } else {
            (self.load * total as f64) as u64
        };
        let mut share = |one_in: u64, below: u64, most: u64| {
            if random.below(one_in) == 0 { random.below(below).min(most) } else { 0 }
        };
        let iowait = share(4, 6, busy);
        let softirq = share(3, 4, busy - iowait);
        let steal = share(50, 3, busy - iowait - softirq);
        let rest = busy - iowait - softirq - steal;
        let system = (rest as f64 * (0.15 + 0.2 * random.unit())) as u64;
        let parts = [0, 0, total - busy, iowait, 0, 0, softirq, steal, system, rest - system];
        let percent = parts.map(|p| Value::Float(100.0 * p as f64 / total as f64));
        CORE_FIELDS.into_iter().zip(percent).collect()
    }
}

fn hosts(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("web-{i:03}.eu-west-1.example.com")).collect()
}

fn cpu<F: FnMut(&str)>(lines: &mut Lines<F>, random: &mut Random) {
    let hosts = hosts(100);
    let mut cores: Vec<Core> = (0..800).map(|_| Core::new(random)).collect();
    for time in (START..).step_by(10) {
        for (i, core) in cores.iter_mut().enumerate() {
            let name = format!("cpu{}", i % 8);
            let tags = [("cpu", name.as_str()), ("host", &hosts[i / 8])];
            if !lines.point("cpu", &tags, &core.step(random), time) {
                return;
            }
        }
    }
}

fn wide<F: FnMut(&str)>(lines: &mut Lines<F>, random: &mut Random) {
    const COUNT: usize = 100_000;
    let dcs = ["eu-west-1", "us-east-1", "us-west-2", "ap-south-1", "sa-east-1"];
    let methods = ["GET", "POST", "PUT", "DELETE"];
    let paths = [
        "/api/v1/users",
        "/api/v1/orders",
        "/api/v1/items",
        "/healthz",
        "/api/v2/search",
        "/login",
        "/logout",
        "/metrics",
    ];
    let statuses = ["200", "404", "500", "503"];
    let instances: Vec<String> = (0..COUNT).map(|_| format!("i-{:016x}", random.next())).collect();
    let mut base: Vec<f64> = (0..COUNT).map(|_| 20.0 + 200.0 * random.unit()).collect();
    for time in (START..).step_by(10) {
        for i in 0..COUNT {
            base[i] = (base[i] + (random.unit() - 0.5) * 10.0).max(1.0);
            let value = if random.below(200) == 0 { base[i] * 10.0 } else { base[i] };
            let value = (value * 1e6).round() / 1e6;
            let service = format!("svc-{:04}", i / 160);
            let tags = [
                ("dc", dcs[i % 5]),
                ("instance", &instances[i]),
                ("method", methods[(i / 5) % 4]),
                ("path", paths[(i / 20) % 8]),
                ("service", &service),
                ("status", statuses[(i / 3) % 4]),
            ];
            if !lines.point("requests", &tags, &[("value", Value::Float(value))], time) {
                return;
            }
        }
    }
}

/// A host with its memory, disks and network.
struct Host {
    cores: Vec<Core>,
    memory: i64,
    net: [[i64; 8]; 2],
    disks: [i64; 3],
}

const DISKS: [[&str; 4]; 3] = [
    ["vda1", "ext4", "rw", "/"],
    ["vdb1", "xfs", "rw", "/var/lib/My Data"],
    ["vdc1", "ext4", "ro", "/mnt/a=b,c"],
];

fn mixed<F: FnMut(&str)>(lines: &mut Lines<F>, random: &mut Random, count: usize, pair: bool) {
    let names = hosts(count);
    let mut cores: Vec<Vec<Core>> = (0..count).map(|_| (0..9).map(|_| Core::new(random)).collect()).collect();
    let memory: Vec<i64> = (0..count).map(|_| random.range(2 << 30, 12 << 30) as i64).collect();
    let mut state: Vec<Host> = cores
        .drain(..)
        .zip(memory)
        .map(|(cores, memory)| Host { cores, memory, net: [[0; 8]; 2], disks: [0; 3] })
        .collect();
    for host in &mut state {
        host.disks = [0; 3].map(|_: i64| random.range(1 << 33, 1 << 36) as i64);
    }
    for time in (START..).step_by(10) {
        for (i, host) in state.iter_mut().enumerate() {
            let more = if pair {
                host.pair(lines, random, &names[i], time)
            } else {
                host.all(lines, random, &names[i], time, i)
            };
            if !more {
                return;
            }
        }
    }
}

impl Host {
    fn pair<F: FnMut(&str)>(&mut self, l: &mut Lines<F>, r: &mut Random, name: &str, time: i64) -> bool {
        let fields = self.cores[8].step(r);
        l.point("cpu", &[("cpu", "cpu-total"), ("host", name)], &fields, time) && self.mem(l, r, name, time)
    }

    fn all<F: FnMut(&str)>(
        &mut self,
        l: &mut Lines<F>,
        r: &mut Random,
        name: &str,
        time: i64,
        index: usize,
    ) -> bool {
        for (i, core) in self.cores.iter_mut().enumerate() {
            let cpu = if i == 8 { "cpu-total".to_owned() } else { format!("cpu{i}") };
            if !l.point("cpu", &[("cpu", &cpu), ("host", name)], &core.step(r), time) {
                return false;
            }
        }
        self.mem(l, r, name, time)
            && (0..3).all(|i| self.disk(l, r, name, time, i))
            && (0..2).all(|i| self.net(l, r, name, time, i))
            && system(l, r, name, time, index)
            && check(l, r, name, time)
    }

    fn mem<F: FnMut(&str)>(&mut self, l: &mut Lines<F>, r: &mut Random, name: &str, time: i64) -> bool {
        let total = 16i64 << 30;
        self.memory = (self.memory + r.range(0, 64 << 20) as i64 - (32 << 20)).clamp(1 << 30, 15 << 30);
        let used = self.memory;
        let (buffered, cached) = (r.below(200 << 20) as i64, r.below(700 << 20) as i64);
        let available = total - used;
        let percent = |x: i64| Value::Float(100.0 * x as f64 / total as f64);
        let fields = [
            ("active", Value::Int(used / 2)),
            ("available", Value::Int(available)),
            ("available_percent", percent(available)),
            ("buffered", Value::Int(buffered)),
            ("cached", Value::Int(cached)),
            ("free", Value::Int((available - buffered - cached).max(0))),
            ("inactive", Value::Int(used / 3)),
            ("total", Value::Int(total)),
            ("used", Value::Int(used)),
            ("used_percent", percent(used)),
        ];
        l.point("mem", &[("host", name)], &fields, time)
    }

    fn disk<F: FnMut(&str)>(
        &mut self,
        l: &mut Lines<F>,
        r: &mut Random,
        name: &str,
        time: i64,
        disk: usize,
    ) -> bool {
        let total = 100i64 << 30;
        let used = (self.disks[disk] + r.below(1 << 20) as i64) % total;
        self.disks[disk] = used;
        let [device, fstype, mode, path] = DISKS[disk];
        let tags = [("device", device), ("fstype", fstype), ("host", name), ("mode", mode), ("path", path)];
        let fields = [
            ("free", Value::Int(total - used)),
            ("inodes_free", Value::Int(6_553_600 - used / 65536)),
            ("inodes_total", Value::Int(6_553_600)),
            ("inodes_used", Value::Int(used / 65536)),
            ("total", Value::Int(total)),
            ("used", Value::Int(used)),
            ("used_percent", Value::Float(100.0 * used as f64 / total as f64)),
        ];
        l.point("disk", &tags, &fields, time)
    }

    fn net<F: FnMut(&str)>(
        &mut self,
        l: &mut Lines<F>,
        r: &mut Random,
        name: &str,
        time: i64,
        index: usize,
    ) -> bool {
        let counters = &mut self.net[index];
        for (x, below) in counters.iter_mut().zip([90_000u64, 70_000, 2, 2, 1, 1, 900, 700]) {
            *x += r.below(below) as i64;
        }
        let names = [
            "bytes_recv",
            "bytes_sent",
            "drop_in",
            "drop_out",
            "err_in",
            "err_out",
            "packets_recv",
            "packets_sent",
        ];
        let fields: Vec<_> = names.into_iter().zip(counters.map(Value::Int)).collect();
        let interface = ["eth0", "eth1"][index];
        l.point("net", &[("host", name), ("interface", interface)], &fields, time)
    }
}

fn system<F: FnMut(&str)>(l: &mut Lines<F>, r: &mut Random, name: &str, time: i64, index: usize) -> bool {
    let up = time - START + 86400 * 12 + index as i64 * 977;
    let load = (r.unit() * 800.0).round() / 100.0;
    let fields = [
        ("load1", Value::Float(load)),
        ("load15", Value::Float((load * 70.0).round() / 100.0)),
        ("load5", Value::Float((load * 85.0).round() / 100.0)),
        ("n_cpus", Value::Int(8)),
        ("uptime", Value::Int(up)),
        (
            "uptime_format",
            Value::Text(format!("{} days, {:2}:{:02}", up / 86400, up / 3600 % 24, up / 60 % 60)),
        ),
    ];
    l.point("system", &[("host", name)], &fields, time)
}

fn check<F: FnMut(&str)>(l: &mut Lines<F>, r: &mut Random, name: &str, time: i64) -> bool {
    let ok = r.below(100) != 0;
    let message =
        if ok { "all good".to_owned() } else { format!("unit \"app\\web\" failed, code={}", r.below(9)) };
    let fields = [("message", Value::Text(message)), ("ok", Value::Bool(ok))];
    l.point("service check", &[("host", name)], &fields, time)
}
