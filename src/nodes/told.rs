//! Rows as events tell of them.

use std::sync::Arc;

use super::Cx;
use crate::alert::{Fields, Key, Names, Point};
use crate::data::{Rest, Row, Val};
use crate::value::Value;

impl Cx<'_> {
    /// A row with all its fields. `names` is for the next row that has the same.
    pub fn told(&mut self, row: &Row, names: &mut Arc<Names>) -> Arc<Point> {
        let mut as_read = None;
        if row.rest == Rest::Line {
            let point = self.topics.points.of_line(key(row), self.line, self.world);
            if self.is_as_read(row, &point.fields) {
                return point;
            }
            as_read = Some(point);
        }
        let mut fields: Vec<(&str, Value)> = Vec::with_capacity(16);
        let symbols = &self.world.symbols;
        let label = self.topics.points.label(key(row), self.world);
        for (&val, &slot) in self.slots(row).iter().zip(&self.task.slots) {
            if val.is_present() {
                fields.push((symbols.name(slot), self.owned(val)));
            }
        }
        let is_slot = |name: &str| self.task.slots.iter().any(|&slot| symbols.name(slot) == name);
        if let Some(point) = &as_read {
            let others = point.fields.iter().filter(|(name, _)| !is_slot(name));
            fields.extend(others.map(|(name, value)| (name, value.clone())));
        }
        if let Rest::Extra { start, end } = row.rest {
            let extra = &self.tape.extra[start as usize..end as usize];
            fields.extend(extra.iter().map(|&(name, val)| (symbols.name(name), self.owned(val))));
        }
        fields.sort_by_key(|f| f.0);
        if !names.sorted().iter().map(|n| &**n).eq(fields.iter().map(|f| f.0)) {
            *names = Arc::new(Names::new(fields.iter().map(|f| f.0)));
        }
        let values = fields.into_iter().map(|f| f.1).collect();
        Arc::new(Point::of(label, Fields::new(names.clone(), values), row.time))
    }

    /// The same without fields.
    pub fn told_without_fields(&mut self, row: &Row) -> Arc<Point> {
        let label = self.topics.points.label(key(row), self.world);
        Arc::new(Point::of(label, Fields::default(), row.time))
    }

    /// Whether the slots of a row hold what the line says.
    fn is_as_read(&self, row: &Row, fields: &Fields) -> bool {
        self.slots(row).iter().zip(&self.task.slots).all(|(&val, &name)| {
            match (val, fields.get(self.world.symbols.name(name))) {
                (Val::Missing, None) => true,
                (Val::Float(a), Some(Value::Float(b))) => a.to_bits() == b.to_bits(),
                (Val::Int(a), Some(Value::Int(b))) => a == *b,
                (Val::Bool(a), Some(Value::Bool(b))) => a == *b,
                (Val::Str(_) | Val::Sym(_), Some(Value::Str(b))) => self.text_of(val) == Some(b),
                _ => false,
            }
        })
    }
}

fn key(row: &Row) -> Key {
    Key { name: row.name, tags: row.tags, time: row.time }
}
