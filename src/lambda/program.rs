//! HOT: one expression, compiled once for each combination of operand types that points bring.

use crate::data::{Damaged, Keep, Loader, Saver, Slots, Symbols, Val};
use crate::lang::ast::{Expr, ExprKind};

use super::bind::{Env, bind};
use super::build::Builder;
use super::cx::{Cx, EventFacts, Fun};
use super::direct::Direct;
use super::failure::{Cause, Failure, Texts, words};
use super::funcs::Function;
use super::quick::Quick;
use super::state::State;
use super::tree::{LambdaError, Lowering, Node, Reference};
use super::typing::{Kind, Scope};

/// So many combinations are kept compiled; data whose types change wildly costs time, not memory.
const MAX_FORMS: usize = 64;
/// References in a word of a form's key.
const PER_WORD: usize = 16;

/// One expression.
///
/// ```
/// # use tickscript::{data::{Slots, TagsId, Text, Val, World}, lambda::{Env, Program}, lang, value::Zone};
/// let expr = lang::parse_lambda(r#""usage" > 90.0"#).unwrap();
/// let (mut slots, mut world, mut text) = (Slots::default(), World::default(), Text::default());
/// let mut program = Program::new(&expr, &mut slots, &mut world.symbols).unwrap();
/// let mut state = program.state();
/// let mut env = Env {
///     slots: &[Val::Float(99.5)],
///     text: &mut text,
///     world: &world,
///     tags: TagsId::EMPTY,
///     time: 0,
///     now: 0,
///     zone: &Zone::utc(),
/// };
/// assert_eq!(program.test(&mut state, &mut env), Ok(true));
/// ```
pub struct Program {
    node: Node,
    references: Vec<Reference>,
    /// Names in scope, for error texts.
    names: Vec<String>,
    stateless: bool,
    /// What a name is that a point does not have.
    unbound: Kind,
    texts: Texts,
    forms: Vec<Form>,
    /// The form of the last point.
    last: usize,
    /// Values of the references at the point at hand.
    vals: Vec<Val>,
    /// Memories of nested lambdas, shared by all groups.
    nested: Vec<State>,
    scratch: String,
    /// The shapes that need none of the above.
    direct: Option<Direct>,
    quick: Option<Quick>,
}

/// The expression, compiled for one combination of operand types; for each question when it is first asked.
struct Form {
    key: Box<[u64]>,
    test: Option<Fun<bool>>,
    value: Option<Fun<Val>>,
}

/// What an expression may name beside what points have.
#[derive(Default)]
pub(super) struct Extras {
    pub(super) functions: &'static [Function],
    pub(super) constants: &'static [(&'static str, i64)],
    /// There are no points.
    pub(super) define_time: bool,
}

impl Program {
    /// Compiles what can be compiled before any point is there. Each reference gets a slot.
    pub fn new(expr: &Expr, slots: &mut Slots, symbols: &mut Symbols) -> Result<Program, LambdaError> {
        Program::with(expr, slots, symbols, &Extras::default())
    }

    pub(super) fn with(
        expr: &Expr,
        slots: &mut Slots,
        symbols: &mut Symbols,
        extras: &Extras,
    ) -> Result<Program, LambdaError> {
        let body = match &expr.kind {
            ExprKind::Lambda(body) => body,
            _ => expr,
        };
        let mut lowering = Lowering::new(slots, symbols);
        lowering.extra = extras.functions;
        lowering.constants = extras.constants;
        let node = lowering.node(body)?;
        let (references, lambdas) = (lowering.references, lowering.lambdas);
        let mut stateless = true;
        node.walk(&mut |n| match n {
            Node::Call(c) => stateless &= !c.function.is_some_and(|f| f.stateful),
            Node::Binary(b) => stateless &= b.cell.is_none(),
            _ => {}
        });
        let plain = !extras.define_time;
        Ok(Program {
            direct: if plain { Direct::new(body) } else { None },
            quick: if plain { Quick::new(&node, &references) } else { None },
            node,
            names: references.iter().map(|r| r.name.clone()).collect(),
            vals: vec![Val::Missing; references.len()],
            references,
            stateless,
            unbound: if extras.define_time { Kind::Undefined } else { Kind::Missing },
            texts: Texts::default(),
            forms: Vec::new(),
            last: 0,
            nested: vec![State::default(); lambdas],
            scratch: String::new(),
        })
    }

    /// A memory that has seen no point.
    pub fn state(&self) -> State {
        State::default()
    }

    /// Whether nothing it does depends on the points before.
    pub fn is_stateless(&self) -> bool {
        self.stateless
    }

    /// Whether points of floats need none of its forms.
    #[cfg(test)]
    pub(super) fn is_quick(&self) -> bool {
        self.quick.is_some()
    }

    /// Whether it asks for a point's time.
    pub fn reads_time(&self) -> bool {
        self.references.iter().any(|r| r.is_time)
    }

    /// The names it refers to.
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// Makes `"time"` a name like any other.
    pub(super) fn forget_time(&mut self) {
        self.references.iter_mut().for_each(|r| r.is_time = false);
    }

    /// Tells it which names are in scope besides its own: those of the other expressions of an `eval`.
    /// Only error texts show it.
    pub fn share_scope<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) {
        for name in names {
            if !self.names.iter().any(|n| n == name) {
                self.names.push(name.to_owned());
            }
        }
    }

    /// The truth value of the expression.
    #[inline]
    pub fn test(&mut self, state: &mut State, env: &mut Env<'_>) -> Result<bool, Failure> {
        if let (Some(direct), [reference]) = (&self.direct, &*self.references)
            && let Some(holds) = direct.test(reference, env)
        {
            return Ok(holds);
        }
        if let Some(quick) = &self.quick
            && let Some(holds) = quick.test(&self.references, state, env)
        {
            return Ok(holds);
        }
        self.test_event(state, env, None)
    }

    pub(super) fn test_event(
        &mut self,
        state: &mut State,
        env: &mut Env<'_>,
        event: Option<&EventFacts>,
    ) -> Result<bool, Failure> {
        self.bind(env)?;
        if self.forms.get(self.last).is_none_or(|f| f.test.is_none()) {
            let test = self.build(env, |b, node| b.test(node));
            if let Some(form) = self.forms.get_mut(self.last) {
                form.test = Some(test);
            }
        }
        let (cx, form) = self.cx(state, env, event);
        run(cx, form.and_then(|f| f.test.as_ref()))
    }

    /// The value of the expression. A string lies in `env.text` or among the symbols.
    #[inline]
    pub fn value(&mut self, state: &mut State, env: &mut Env<'_>) -> Result<Val, Failure> {
        if let Some(quick) = &self.quick
            && let Some(val) = quick.value(&self.references, state, env)
        {
            return Ok(val);
        }
        self.value_of_form(state, env)
    }

    fn value_of_form(&mut self, state: &mut State, env: &mut Env<'_>) -> Result<Val, Failure> {
        self.bind(env)?;
        if self.forms.get(self.last).is_none_or(|f| f.value.is_none()) {
            let value = self.build(env, |b, node| b.value(node));
            if let Some(form) = self.forms.get_mut(self.last) {
                form.value = Some(value);
            }
        }
        let (cx, form) = self.cx(state, env, None);
        run(cx, form.and_then(|f| f.value.as_ref()))
    }

    fn cx<'c>(
        &'c mut self,
        state: &'c mut State,
        env: &'c mut Env<'_>,
        event: Option<&'c EventFacts>,
    ) -> (Cx<'c>, Option<&'c Form>) {
        let cx = Cx {
            vals: &self.vals,
            text: env.text,
            world: env.world,
            time: env.time,
            now: env.now,
            zone: env.zone,
            state,
            nested: &mut self.nested,
            scratch: &mut self.scratch,
            event,
            failure: Failure::NONE,
        };
        (cx, self.forms.get(self.last))
    }

    /// Takes the values of the references out of a point and finds the form for their types.
    fn bind(&mut self, env: &Env<'_>) -> Result<(), Failure> {
        let mut same = true;
        let form = self.forms.get(self.last);
        let references = self.references.chunks(PER_WORD);
        for (i, (references, vals)) in references.zip(self.vals.chunks_mut(PER_WORD)).enumerate() {
            let mut word = 0;
            for (j, (r, val)) in references.iter().zip(vals).enumerate() {
                let kind = bind(r, val, env, self.unbound).map_err(|cause| match cause {
                    Cause::Collision(_) => {
                        Failure { site: 0, cause: Cause::Collision((i * PER_WORD + j) as u32) }
                    }
                    cause => Failure { site: 0, cause },
                })?;
                word = word << 4 | kind as u64;
            }
            same &= form.is_some_and(|f| f.key.get(i) == Some(&word));
        }
        if !same || form.is_none() {
            self.find_form(env);
        }
        Ok(())
    }

    #[cold]
    fn find_form(&mut self, env: &Env<'_>) {
        let mut key = vec![0_u64; self.references.len().div_ceil(PER_WORD)];
        for (kinds, word) in self.kinds(env).chunks(PER_WORD).zip(&mut key) {
            *word = kinds.iter().fold(0, |w, k| w << 4 | *k as u64);
        }
        if let Some(known) = self.forms.iter().position(|f| *f.key == *key) {
            self.last = known;
            return;
        }
        if self.forms.len() >= MAX_FORMS {
            self.forms.remove(0);
        }
        self.forms.push(Form { key: key.into(), test: None, value: None });
        self.last = self.forms.len() - 1;
    }

    fn kinds(&self, env: &Env<'_>) -> Vec<Kind> {
        let mut val = Val::Missing;
        let kind = |r| bind(r, &mut val, env, self.unbound).unwrap_or(Kind::Missing);
        self.references.iter().map(kind).collect()
    }

    #[cold]
    fn build<T>(&mut self, env: &Env<'_>, make: fn(&mut Builder<'_>, &Node) -> T) -> T {
        let kinds = self.kinds(env);
        let scope = Scope {
            kinds: &kinds,
            references: &self.references,
            names: &self.names,
            symbols: &env.world.symbols,
        };
        let mut builder = Builder { scope, texts: &mut self.texts, place: String::new() };
        make(&mut builder, &self.node)
    }

    /// A failure in Kapacitor's words. `env` must be that of the evaluation, with its strings.
    pub fn describe(&self, failure: &Failure, env: &Env<'_>) -> String {
        words(failure, &self.texts, &self.references, env)
    }
}

/// What nested lambdas remember; the memory of the expression itself is its groups'.
impl Keep for Program {
    fn save(&self, out: &mut Saver<'_>) {
        out.each(&self.nested);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        from.each(&mut self.nested)
    }
}

fn run<T>(mut cx: Cx<'_>, fun: Option<&Fun<T>>) -> Result<T, Failure> {
    let Some(fun) = fun else { return Err(Failure::NONE) };
    fun(&mut cx).map_err(|_| cx.failure)
}
