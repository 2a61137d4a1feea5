//! HOT: functions that go from point to point: `elapsed`, `difference`, `movingAverage`, `cumulativeSum`.

use super::field::{Field, Kind, Output};
use crate::data::{Damaged, GroupId, Head, Keep, Loader, Row, Saver, Sym, Val, kept};
use crate::nodes::{Barrier, Build, Cx, Node, PerGroup, Step};
use crate::pipeline::{Arg, Fault, NodeDef};

/// A transformation at work.
pub struct Transform {
    func: Func,
    field: Field,
    output: Output,
    groups: PerGroup<Group>,
    /// The way through the batch at hand.
    batch: Course,
}

#[derive(Clone, Copy)]
enum Func {
    Elapsed(i64),
    Difference,
    MovingAverage(usize),
    CumulativeSum,
}

/// What is known of a group.
#[derive(Default)]
struct Group {
    /// Of its first message; all that it gives is named so.
    name: Sym,
    course: Course,
}

/// How far a function has come.
#[derive(Default)]
struct Course {
    /// Of the values; fixed by the first good one.
    kind: Option<Kind>,
    time: i64,
    last: Option<Val>,
    sum: Sum,
    /// The last values of a moving average, as a ring.
    ring: Vec<Val>,
    oldest: usize,
    /// What it gave last: it is given again when a value is not taken, as in Kapacitor.
    given: Option<(Val, i64)>,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    float: f64,
    int: i64,
}

impl Transform {
    pub(in crate::nodes) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<Transform, Fault> {
        let number = match node.args.get(1) {
            Some(Arg::Int(n) | Arg::Duration(n)) => *n,
            _ => 0,
        };
        let (func, unfit) = match node.kind {
            "elapsed" => (Func::Elapsed(number), (number == 0).then(|| "the unit must not be 0".to_owned())),
            "difference" => (Func::Difference, None),
            "movingAverage" => {
                let unfit = (number <= 0).then(|| format!("n must be greater than 0, got {number}"));
                (Func::MovingAverage(number.max(1) as usize), unfit)
            }
            _ => (Func::CumulativeSum, None),
        };
        let field = Field::new(node, 0, !matches!(func, Func::Elapsed(_)), unfit, b);
        let output = Output::new(node, b);
        Ok(Transform { func, field, output, groups: PerGroup::default(), batch: Course::default() })
    }
}

impl Func {
    /// Takes a value; gives the result that the function has now.
    fn next(self, course: &mut Course, val: Val, time: i64) -> Option<(Val, i64)> {
        let before = std::mem::replace(&mut course.time, time);
        let last = course.last.replace(val);
        let result = match self {
            Func::Elapsed(unit) => last.map(|_| Val::Int(time.wrapping_sub(before).wrapping_div(unit))),
            Func::Difference => match (last, val) {
                // Only the first point of a time counts.
                (Some(_), _) if time == before => {
                    course.last = last;
                    None
                }
                (Some(Val::Float(last)), Val::Float(x)) => Some(Val::Float(x - last)),
                (Some(Val::Int(last)), Val::Int(x)) => Some(Val::Int(x.wrapping_sub(last))),
                _ => None,
            },
            Func::MovingAverage(n) => course.average(n, val),
            Func::CumulativeSum => {
                course.sum.add(val);
                Some(course.sum.val(val))
            }
        };
        result.map(|val| (val, time))
    }

    /// What is given again when a value is not taken. A difference is given once.
    fn again(self, course: &Course) -> Option<(Val, i64)> {
        match self {
            Func::Difference => None,
            _ => course.given,
        }
    }
}

impl Sum {
    fn add(&mut self, val: Val) {
        match val {
            Val::Float(x) => self.float += x,
            Val::Int(x) => self.int = self.int.wrapping_add(x),
            _ => {}
        }
    }

    fn take(&mut self, val: Val) {
        match val {
            Val::Float(x) => self.float -= x,
            Val::Int(x) => self.int = self.int.wrapping_sub(x),
            _ => {}
        }
    }

    /// The sum, of the kind of a value.
    fn val(self, like: Val) -> Val {
        match like {
            Val::Int(_) => Val::Int(self.int),
            _ => Val::Float(self.float),
        }
    }
}

impl Course {
    /// Begins anew.
    fn clear(&mut self) {
        *self = Course { ring: std::mem::take(&mut self.ring), ..Course::default() };
        self.ring.clear();
    }

    /// The mean of the last n values. The sum runs on, first less the oldest value: so the digits are those
    /// of Kapacitor.
    fn average(&mut self, n: usize, val: Val) -> Option<Val> {
        if self.ring.len() < n {
            self.ring.push(val);
        } else if let Some(oldest) = self.ring.get_mut(self.oldest) {
            self.sum.take(*oldest);
            *oldest = val;
            self.oldest = (self.oldest + 1) % n;
        }
        self.sum.add(val);
        let sum = match self.sum.val(val) {
            Val::Int(sum) => sum as f64,
            _ => self.sum.float,
        };
        (self.ring.len() == n).then_some(Val::Float(sum / n as f64))
    }

    /// Goes on by a row; gives the result.
    fn step(
        &mut self,
        func: Func,
        field: &mut Field,
        row: &Row,
        message: &str,
        cx: &mut Cx<'_>,
    ) -> Option<(Val, i64)> {
        let val = field.get(row, cx);
        let kind = match self.kind {
            Some(kind) => kind,
            None => *self.kind.insert(field.begin(val, cx)?),
        };
        if kind.takes(val) {
            // A text is not looked at again, and would not be there.
            let val = if kind == Kind::Str { Val::Null } else { val };
            let given = func.next(self, val, row.time);
            self.given = given;
            return given;
        }
        field.mismatch(message, val, kind, cx);
        func.again(self)
    }
}

impl Transform {
    fn give(&self, given: Option<(Val, i64)>, name: Sym, group: GroupId, cx: &mut Cx<'_>) -> Step {
        let Some((val, time)) = given else { return Step::Drop };
        let row = cx.new_row(time, name, group);
        cx.set(&row, self.output.slot, val);
        Step::Pass(row)
    }
}

impl Node for Transform {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let Group { name, course } =
            self.groups.get_or(row.group, || Group { name: row.name, course: Course::default() });
        let given = course.step(self.func, &mut self.field, &row, "failed to aggregate point", cx);
        let name = *name;
        self.give(given, name, row.group, cx)
    }

    fn begin(&mut self, head: Head, _: &mut Cx<'_>) -> Step<Head> {
        self.groups.get_or(head.group, || Group { name: head.name, course: Course::default() });
        self.batch.clear();
        Step::Pass(head)
    }

    fn item(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let given = self.batch.step(self.func, &mut self.field, &row, "failed to aggregate batch point", cx);
        self.give(given, row.name, row.group, cx)
    }

    fn barrier(&mut self, barrier: Barrier, cx: &mut Cx<'_>) -> Step<Barrier> {
        if self.groups.get(barrier.group).is_none() {
            let name = cx.world.symbols.intern("barrier");
            self.groups.insert(barrier.group, Group { name, course: Course::default() });
        }
        Step::Pass(barrier)
    }

    fn forget(&mut self, group: GroupId, _: &mut Cx<'_>) -> Step<GroupId> {
        match self.groups.remove(group) {
            Some(_) => Step::Pass(group),
            None => Step::Drop,
        }
    }

    fn cardinality(&self) -> usize {
        self.groups.len()
    }
}

kept!(Transform { field, groups });
kept!(Group { name, course });
kept!(Sum { float, int });

impl Keep for Course {
    fn save(&self, out: &mut Saver<'_>) {
        self.kind.save(out);
        if self.kind.is_none() {
            return;
        }
        out.time(self.time);
        save_val(self.last, out);
        self.sum.save(out);
        out.count(self.ring.len());
        self.ring.iter().for_each(|&val| out.bare(val));
        self.oldest.save(out);
        save_val(self.given.map(|given| given.0), out);
        self.given.iter().for_each(|given| out.time(given.1));
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.kind = from.get()?;
        if self.kind.is_none() {
            return Ok(());
        }
        self.time = from.time()?;
        self.last = restore_val(from)?;
        self.sum.restore(from)?;
        for _ in 0..from.count()? {
            self.ring.push(from.bare()?);
        }
        self.oldest = from.get()?;
        if let Some(val) = restore_val(from)? {
            self.given = Some((val, from.time()?));
        }
        Ok(())
    }
}

fn save_val(val: Option<Val>, out: &mut Saver<'_>) {
    val.is_some().save(out);
    val.iter().for_each(|val| out.bare(*val));
}

fn restore_val(from: &mut Loader<'_>) -> Result<Option<Val>, Damaged> {
    Ok(if from.get()? { Some(from.bare()?) } else { None })
}
