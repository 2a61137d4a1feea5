//! A batch that is kept until it is complete, for nodes that look at all of it.

use super::{Cx, Msg};
use crate::alert::Series;
use crate::data::{Head, Row, Shelf, Sym, TagsId};
use crate::value::Value;

/// A batch, and how much of it was given on.
#[derive(Debug, Default)]
pub struct Buffer {
    head: Option<Head>,
    points: Shelf,
    given: Given,
}

#[derive(Debug, Default)]
enum Given {
    #[default]
    Nothing,
    Points(usize),
    All,
}

impl Buffer {
    /// A batch begins.
    pub fn begin(&mut self, head: Head) {
        *self = Buffer { head: Some(head), points: std::mem::take(&mut self.points), given: Given::Nothing };
        self.points.clear();
    }

    /// A point of it, with all its fields if `whole`.
    pub fn push(&mut self, row: &Row, whole: bool, cx: &mut Cx<'_>) {
        cx.keep(row, &mut self.points, whole);
    }

    /// What is known of it beside its points.
    pub fn head(&self) -> Option<Head> {
        self.head
    }

    /// Its points.
    pub fn points(&self) -> &Shelf {
        &self.points
    }

    /// The next piece of it, each point as `change` leaves it; to be called until it gives nothing.
    pub fn next(&mut self, cx: &mut Cx<'_>, mut change: impl FnMut(Row, &mut Cx<'_>) -> Row) -> Option<Msg> {
        let head = self.head?;
        match self.given {
            Given::Nothing => {
                self.given = Given::Points(0);
                Some(Msg::Begin(head))
            }
            Given::Points(at) => Some(match self.points.load(at, cx.tape) {
                Some(row) => {
                    self.given = Given::Points(at + 1);
                    Msg::Item(change(row, cx))
                }
                None => {
                    self.given = Given::All;
                    Msg::End
                }
            }),
            Given::All => None,
        }
    }

    /// The same batch under another head, for [`Buffer::next`].
    pub fn rename(&mut self, head: Head) {
        self.head = Some(head);
    }

    /// The batch as a table. Its columns are the fields of the first point, and those of its tags that the
    /// batch does not have.
    pub fn table(&self, cx: &mut Cx<'_>) -> Series {
        let Some(head) = self.head else { return Series::default() };
        let common = cx.world.groups.get(head.group).tags;
        let mut columns: Vec<String> = Vec::new();
        let mut values = Vec::new();
        for at in 0..self.points.len() {
            let mark = cx.tape.mark();
            let Some(row) = self.points.load(at, cx.tape) else { break };
            let cells = cells(&row, common, cx);
            if at == 0 {
                columns = cells.iter().map(|c| c.0.clone()).collect();
                columns.sort();
                columns.dedup();
            }
            let cell =
                |column: &String| cells.iter().find(|c| c.0 == *column).map_or(Value::Null, |c| c.1.clone());
            values.push((row.time, columns.iter().map(cell).collect()));
            cx.tape.rewind(mark);
        }
        let name = cx.world.symbols.name(head.name).to_owned();
        let text = |s: Sym| cx.world.symbols.name(s).to_owned();
        let tags = cx.world.tags.pairs(common).iter().map(|&(k, v)| (text(k), text(v))).collect();
        Series { name, tags, columns, values }
    }
}

/// Fields of a point, then those of its tags that are not common to the batch.
fn cells(row: &Row, common: TagsId, cx: &mut Cx<'_>) -> Vec<(String, Value)> {
    let mut cells: Vec<(String, Value)> = cx.fields(row);
    let symbols = &cx.world.symbols;
    for &(key, value) in cx.world.tags.pairs(row.tags) {
        if cx.world.tags.get(common, key).is_none() {
            cells.push((symbols.name(key).to_owned(), Value::Str(symbols.name(value).into())));
        }
    }
    cells
}
