//! `changeDetect`: lets points pass where a field changes.

use super::build::Build;
use super::grouped::grouped;
use super::{Cx, Node, PerGroup, Step};
use crate::data::{Damaged, Keep, Loader, Row, Saver, Val};
use crate::pipeline::ArgType::Str;
use crate::pipeline::{Arg, Fault, NodeDef, NodeSpec, Param};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "changeDetect",
    desc: "changeDetect",
    go_type: "ChangeDetectNode",
    rest: Some(Param::new("field", Str)),
    doc: "lets points pass when one of the fields differs from the last one that passed",
    details: "Types count: the int 1 differs from the float 1.0.",
    example: "stream\n    |from()\n        .measurement('service')\n        .groupBy('host')\n    \
              |changeDetect('status')\n    |log()\n",
    ..NodeSpec::BASE
};

/// `changeDetect` at work.
pub struct ChangeDetect {
    fields: Vec<(u32, String)>,
    groups: PerGroup<Lasts>,
}

/// A field's value in the last point that went on. Its text has a buffer that is used again.
/// What passed last, field by field.
struct Lasts(Vec<Last>);

impl Lasts {
    /// Each batch begins anew.
    fn clear(&mut self) {
        self.0.fill(Last::default());
    }
}

#[derive(Clone, Default)]
struct Last {
    val: Option<Val>,
    text: String,
}

impl ChangeDetect {
    pub(super) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<ChangeDetect, Fault> {
        let mut fields = Vec::new();
        for arg in &node.args {
            if let Arg::Str(name) = arg {
                fields.push((b.slots.slot(name), name.clone()));
            }
        }
        Ok(ChangeDetect { fields, groups: PerGroup::default() })
    }

    fn fresh(&self) -> Lasts {
        Lasts(vec![Last::default(); self.fields.len()])
    }
}

impl Node for ChangeDetect {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let group = &mut self.groups.get_or(row.group, || Lasts(vec![Last::default(); self.fields.len()])).0;
        // The first difference decides: fields behind it are not looked at, so that they are no errors.
        let mut fields = self.fields.iter().zip(&*group);
        let changed = fields.any(|((slot, name), last)| {
            let val = cx.slots(&row)[*slot as usize];
            if !val.is_present() {
                let error = format!("expected field {name} not found");
                cx.error_with("Invalid field in change detect", &error, &[("field", name)]);
            }
            val.is_present() && last.differs(val, cx)
        });
        if !changed {
            return Step::Drop;
        }
        for ((slot, _), last) in self.fields.iter().zip(group) {
            last.keep(cx.slots(&row)[*slot as usize], cx);
        }
        Step::Pass(row)
    }

    grouped!(reset = clear);
}

impl Last {
    /// Type and value count: 1 is not 1.0, and a number that is none differs from itself.
    fn differs(&self, val: Val, cx: &Cx<'_>) -> bool {
        match (self.val, cx.text_of(val)) {
            (None, _) => !matches!(val, Val::Null),
            (Some(Val::Str(_) | Val::Sym(_)), Some(text)) => self.text != text,
            (Some(last), _) => last != val,
        }
    }

    fn keep(&mut self, val: Val, cx: &Cx<'_>) {
        self.text.clear();
        self.text.push_str(cx.text_of(val).unwrap_or_default());
        self.val = (val.is_present() && val != Val::Null).then_some(val);
    }
}

impl Keep for Lasts {
    fn save(&self, out: &mut Saver<'_>) {
        for Last { val, text } in &self.0 {
            val.is_some().save(out);
            if let Some(val) = val {
                out.bare(*val);
                out.text(text);
            }
        }
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        for last in &mut self.0 {
            if from.get()? {
                *last = Last { val: Some(from.bare()?), text: from.get()? };
            }
        }
        Ok(())
    }
}

impl Keep for ChangeDetect {
    fn save(&self, out: &mut Saver<'_>) {
        self.groups.save_with(out, Lasts::save);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        let fields = self.fields.len();
        self.groups.restore_into(from, || Lasts(vec![Last::default(); fields]))
    }
}
