//! Kapacitor's join and union written down as plainly as can be, without a thought to speed.

use std::collections::BTreeMap;

/// A point that reaches the node.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub(crate) parent: usize,
    pub(crate) name: String,
    /// The tags it is grouped by, sorted.
    pub(crate) tags: Vec<(String, String)>,
    /// Names with values as line protocol writes them.
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) time: i64,
}

impl Point {
    /// As line protocol with the fields under these names.
    fn line(name: &str, tags: &[(String, String)], fields: &BTreeMap<String, String>, time: i64) -> String {
        let tags: String = tags.iter().map(|(k, v)| format!(",{k}={v}")).collect();
        let fields: Vec<String> = fields.iter().map(|(k, v)| format!("{k}={v}")).collect();
        format!("{name}{tags} {} {time}", fields.join(","))
    }

    /// As it came.
    pub(crate) fn as_line(&self) -> String {
        Point::line(&self.name, &self.tags, &self.fields.iter().cloned().collect(), self.time)
    }
}

/// The properties of a join.
#[derive(Clone, Debug)]
pub(crate) struct Join {
    pub(crate) prefixes: Vec<String>,
    pub(crate) on: Vec<String>,
    pub(crate) tolerance: i64,
    /// What stands for a missing field; none for an inner join.
    pub(crate) fill: Option<String>,
}

type Set = Vec<Option<Point>>;

#[derive(Default)]
struct Group {
    sets: BTreeMap<i64, Vec<Set>>,
    heads: Vec<Option<i64>>,
}

/// A join at work.
pub(crate) struct Joining {
    join: Join,
    groups: Vec<(Vec<(String, String)>, Group)>,
    reported: Vec<bool>,
    marks: BTreeMap<(usize, Vec<String>), i64>,
    specific: BTreeMap<Vec<String>, Vec<Point>>,
    matches: BTreeMap<Vec<String>, Vec<Point>>,
    pub(crate) out: Vec<String>,
}

/// Half up. All times here are after 1970, and all tolerances divide the time from the year 1 to then.
fn round(time: i64, to: i64) -> i64 {
    if to == 0 { time } else { (2 * time + to) / (2 * to) * to }
}

impl Joining {
    pub(crate) fn new(join: Join) -> Joining {
        let reported = vec![false; join.prefixes.len()];
        Joining {
            join,
            groups: Vec::new(),
            reported,
            marks: BTreeMap::new(),
            specific: BTreeMap::new(),
            matches: BTreeMap::new(),
            out: Vec::new(),
        }
    }

    pub(crate) fn take(&mut self, mut point: Point) {
        point.time = round(point.time, self.join.tolerance);
        if self.join.on.is_empty() {
            self.collect(point);
        } else {
            self.take_on(point);
        }
    }

    fn take_on(&mut self, point: Point) {
        self.reported[point.parent] = true;
        let all = self.reported.iter().all(|r| *r);
        let value = |tag: &String| {
            point.tags.iter().find(|(k, _)| k == tag).map(|(_, v)| v.clone()).unwrap_or_default()
        };
        let id: Vec<String> = self.join.on.iter().map(value).collect();
        self.marks.insert((point.parent, id.clone()), point.time);
        let mut low: Option<i64> = None;
        if all {
            for parent in 0..self.reported.len() {
                let mark = self.marks.get(&(parent, id.clone())).copied();
                if low.is_none() || mark < low {
                    low = mark;
                }
            }
            while let Some(first) = self.specific.entry(id.clone()).or_default().first().cloned() {
                if Some(first.time) >= low {
                    break;
                }
                self.specific.get_mut(&id).expect("there").remove(0);
                self.collect(first);
            }
        }
        if point.tags.len() > self.join.on.len() {
            let (mut matched, mut i) = (false, 0);
            let matches = self.matches.entry(id.clone()).or_default().clone();
            while let Some(other) = matches.get(i) {
                if other.time == point.time {
                    self.both(&point, other);
                    matched = true;
                }
                if Some(other.time) >= low {
                    break;
                }
                i += 1;
            }
            if all {
                self.matches.get_mut(&id).expect("there").drain(..i);
            }
            if !matched && all && Some(point.time) < low {
                self.collect(point);
            } else if !matched {
                self.specific.entry(id).or_default().push(point);
            }
            return;
        }
        self.matches.entry(id.clone()).or_default().push(point.clone());
        while let Some(first) = self.specific.entry(id.clone()).or_default().first().cloned() {
            if first.time != point.time {
                break;
            }
            self.specific.get_mut(&id).expect("there").remove(0);
            self.both(&first, &point);
        }
    }

    fn both(&mut self, specific: &Point, other: &Point) {
        self.collect(specific.clone());
        self.collect(Point { tags: specific.tags.clone(), ..other.clone() });
    }

    fn collect(&mut self, point: Point) {
        let n = self.join.prefixes.len();
        let at = match self.groups.iter().position(|(tags, _)| *tags == point.tags) {
            Some(at) => at,
            None => {
                let group = Group { heads: vec![None; n], ..Group::default() };
                self.groups.push((point.tags.clone(), group));
                self.groups.len() - 1
            }
        };
        let group = &mut self.groups[at].1;
        group.heads[point.parent] = Some(point.time);
        let (parent, time) = (point.parent, point.time);
        let sets = group.sets.entry(time).or_default();
        match sets.iter_mut().find(|set| set[parent].is_none()) {
            Some(set) => set[parent] = Some(point),
            None => {
                let mut set = vec![None; n];
                set[parent] = Some(point);
                sets.push(set);
            }
        }
        self.emit(at);
    }

    fn emit(&mut self, at: usize) {
        loop {
            let group = &mut self.groups[at].1;
            let Some((&time, _)) = group.sets.first_key_value() else { return };
            let only_full = group.heads.iter().any(|head| *head <= Some(time));
            let sets = group.sets.get_mut(&time).expect("there");
            let mut done = Vec::new();
            while sets.first().is_some_and(|set| !only_full || set.iter().all(Option::is_some)) {
                done.push(sets.remove(0));
            }
            if sets.is_empty() {
                group.sets.remove(&time);
            }
            for set in done {
                self.put(time, &set);
            }
            if only_full {
                return;
            }
        }
    }

    fn put(&mut self, time: i64, set: &Set) {
        let first = set.iter().flatten().next().expect("a point");
        let mut fields = BTreeMap::new();
        for (prefix, point) in self.join.prefixes.iter().zip(set) {
            match (point, &self.join.fill) {
                (Some(point), _) => {
                    for (name, value) in &point.fields {
                        fields.insert(format!("{prefix}.{name}"), value.clone());
                    }
                }
                (None, Some(fill)) => {
                    for (name, _) in &first.fields {
                        fields.insert(format!("{prefix}.{name}"), fill.clone());
                    }
                }
                (None, None) => return,
            }
        }
        self.out.push(Point::line(&first.name, &first.tags, &fields, time));
    }

    pub(crate) fn end(mut self) -> Vec<String> {
        for at in 0..self.groups.len() {
            let sets = std::mem::take(&mut self.groups[at].1.sets);
            for (time, sets) in sets {
                for set in sets {
                    self.put(time, &set);
                }
            }
        }
        self.out
    }
}

/// A union of points that come in this order.
pub(crate) fn union(parents: usize, points: &[Point]) -> Vec<String> {
    let mut queues: Vec<Vec<Point>> = vec![Vec::new(); parents];
    let mut marks: Vec<Option<i64>> = vec![None; parents];
    let mut out = Vec::new();
    for point in points {
        queues[point.parent].push(point.clone());
        drain(&mut queues, &mut marks, false, &mut out);
    }
    drain(&mut queues, &mut marks, true, &mut out);
    out
}

fn drain(queues: &mut [Vec<Point>], marks: &mut [Option<i64>], end: bool, out: &mut Vec<String>) {
    loop {
        for (queue, mark) in queues.iter().zip(marks.iter_mut()) {
            if let Some(first) = queue.first() {
                *mark = Some(first.time);
            }
        }
        if !end && marks.contains(&None) {
            return;
        }
        let counts = |(queue, mark): (&Vec<Point>, &Option<i64>)| {
            if end && queue.is_empty() { None } else { *mark }
        };
        let Some(mark) = queues.iter().zip(marks.iter()).filter_map(counts).min() else { return };
        let before = out.len();
        for queue in queues.iter_mut() {
            while queue.first().is_some_and(|first| first.time <= mark) {
                out.push(queue.remove(0).as_line());
            }
        }
        if out.len() == before {
            return;
        }
    }
}
