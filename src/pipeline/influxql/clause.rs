//! SELECT, clause by clause.

use super::ast::{Expr, Field, Fill, Measurement, Select, Source, Target};
use super::lexer::Kind;
use super::parser::{Error, Parser};

impl Parser<'_> {
    /// What follows the word SELECT.
    pub(super) fn select(&mut self) -> Result<Select, Error> {
        let fields = self.fields()?;
        let into = self.target()?;
        self.expect(Kind::Word("FROM"), "FROM")?;
        let sources = self.sources()?;
        let condition = if self.take(Kind::Word("WHERE")) { Some(self.expr()?) } else { None };
        Ok(Select {
            fields,
            into,
            sources,
            condition,
            dimensions: self.dimensions()?,
            fill: self.fill()?,
            ascending: self.order()?,
            limit: self.count("LIMIT")?,
            offset: self.count("OFFSET")?,
            slimit: self.count("SLIMIT")?,
            soffset: self.count("SOFFSET")?,
            zone: self.zone()?,
        })
    }

    fn fields(&mut self) -> Result<Vec<Field>, Error> {
        let mut fields = Vec::new();
        loop {
            fields.push(self.field()?);
            if !self.take(Kind::Punct(",")) {
                return Ok(fields);
            }
        }
    }

    fn field(&mut self) -> Result<Field, Error> {
        let expr = match self.regex()? {
            Some(pattern) => Expr::Regex(pattern),
            None => {
                let start = self.peek().start;
                let expr = self.expr()?;
                if let Some(op) = condition_operator(&expr) {
                    let place = self.error_at(&format!("invalid operator {op} in SELECT clause"), start);
                    let text = format!("{}; operator is intended for WHERE clause", place.text);
                    return Err(Error { text, ..place });
                }
                expr
            }
        };
        let alias = if self.take(Kind::Word("AS")) { Some(self.ident()?) } else { None };
        Ok(Field { expr, alias })
    }

    fn target(&mut self) -> Result<Option<Target>, Error> {
        if !self.take(Kind::Word("INTO")) {
            return Ok(None);
        }
        let idents = self.segments()?;
        let measurement = self.measurement(&idents, None);
        // `db.rp.:MEASUREMENT` keeps the names of the sources.
        if self.take(Kind::Punct(":")) {
            self.expect(Kind::Word("MEASUREMENT"), "MEASUREMENT")?;
        }
        Ok(Some(Target { measurement }))
    }

    fn sources(&mut self) -> Result<Vec<Source>, Error> {
        let mut sources = Vec::new();
        loop {
            sources.push(self.source()?);
            if !self.take(Kind::Punct(",")) {
                return Ok(sources);
            }
        }
    }

    fn source(&mut self) -> Result<Source, Error> {
        if let Some(regex) = self.regex()? {
            return Ok(Source::Measurement(Measurement { regex: Some(regex), ..Measurement::default() }));
        }
        if self.take(Kind::Punct("(")) {
            self.expect(Kind::Word("SELECT"), "SELECT")?;
            let select = self.deeper(Parser::select)?;
            self.expect(Kind::Punct(")"), ")")?;
            return Ok(Source::Subquery(Box::new(select)));
        }
        let idents = self.segments()?;
        let regex = if idents.len() < 3 { self.regex()? } else { None };
        Ok(Source::Measurement(self.measurement(&idents, regex)))
    }

    fn measurement(&self, idents: &[String], regex: Option<String>) -> Measurement {
        let (database, retention_policy, name) = match (idents, &regex) {
            ([db, rp, name], _) => (db.as_str(), rp.as_str(), name.as_str()),
            ([db, rp], Some(_)) => (db.as_str(), rp.as_str(), ""),
            ([rp, name], None) => ("", rp.as_str(), name.as_str()),
            ([rp], Some(_)) => ("", rp.as_str(), ""),
            ([name], None) => ("", "", name.as_str()),
            _ => ("", "", ""),
        };
        Measurement {
            database: database.to_owned(),
            retention_policy: retention_policy.to_owned(),
            name: name.to_owned(),
            regex,
        }
    }

    fn dimensions(&mut self) -> Result<Vec<Expr>, Error> {
        let mut dimensions = Vec::new();
        if !self.take(Kind::Word("GROUP")) {
            return Ok(dimensions);
        }
        self.expect(Kind::Word("BY"), "BY")?;
        loop {
            dimensions.push(match self.regex()? {
                Some(pattern) => Expr::Regex(pattern),
                None => self.expr()?,
            });
            if !self.take(Kind::Punct(",")) {
                return Ok(dimensions);
            }
        }
    }

    /// Whether a name stands here, in any case.
    fn at_name(&self, name: &str) -> bool {
        let next = self.peek();
        next.kind == Kind::Ident && next.text.eq_ignore_ascii_case(name)
    }

    fn fill(&mut self) -> Result<Fill, Error> {
        if !self.at_name("fill") {
            return Ok(Fill::Null);
        }
        let plain = |text: &str| Error { text: text.to_owned(), at: None };
        let Expr::Call { args, .. } = self.expr()? else { return Err(plain("fill must be a function call")) };
        let [arg] = args.as_slice() else {
            return Err(plain("fill requires an argument, e.g.: 0, null, none, previous, linear"));
        };
        match arg {
            Expr::Ref { name, .. } if name == "null" => Ok(Fill::Null),
            Expr::Ref { name, .. } if name == "none" => Ok(Fill::None),
            Expr::Ref { name, .. } if name == "previous" => Ok(Fill::Previous),
            Expr::Ref { name, .. } if name == "linear" => Ok(Fill::Linear),
            Expr::Int(i) => Ok(Fill::Number(*i as f64)),
            Expr::Number(x) => Ok(Fill::Number(*x)),
            _ => Err(plain("expected number argument in fill()")),
        }
    }

    fn order(&mut self) -> Result<Option<bool>, Error> {
        if !self.take(Kind::Word("ORDER")) {
            return Ok(None);
        }
        self.expect(Kind::Word("BY"), "BY")?;
        let only_time = || Error { text: "only ORDER BY time supported at this time".to_owned(), at: None };
        let token = self.next();
        let ascending = match token.kind {
            Kind::Word("ASC") => true,
            Kind::Word("DESC") => false,
            Kind::Ident if token.text != "time" => return Err(only_time()),
            Kind::Ident => !self.take(Kind::Word("DESC")),
            _ => return Err(self.expected(&token, &["identifier", "ASC", "DESC"])),
        };
        self.take(Kind::Word("ASC"));
        if self.take(Kind::Punct(",")) {
            self.ident()?;
            return Err(only_time());
        }
        Ok(Some(ascending))
    }

    fn count(&mut self, word: &'static str) -> Result<i64, Error> {
        if !self.take(Kind::Word(word)) {
            return Ok(0);
        }
        let token = self.expect(Kind::Int, "integer")?;
        token.text.parse().map_err(|_| {
            let words = format!("strconv.ParseInt: parsing {:?}: value out of range", token.text);
            self.error_at(&words, token.start)
        })
    }

    fn zone(&mut self) -> Result<Option<String>, Error> {
        if !self.at_name("tz") {
            return Ok(None);
        }
        let plain = |text: &str| Err(Error { text: text.to_owned(), at: None });
        let Expr::Call { args, .. } = self.expr()? else { return plain("tz must be a function call") };
        match args.as_slice() {
            [Expr::Str(zone)] => Ok(Some(zone.clone())),
            [_] => plain("expected string argument in tz()"),
            _ => plain("tz requires exactly one argument"),
        }
    }
}

/// An operator of conditions within an expression.
fn condition_operator(expr: &Expr) -> Option<&'static str> {
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        match expr {
            Expr::Binary { op, .. } if op.is_condition() => return Some(op.symbol()),
            Expr::Binary { left, right, .. } => waiting.extend([right.as_ref(), left.as_ref()]),
            Expr::Paren(inner) => waiting.push(inner),
            Expr::Call { args, .. } => waiting.extend(args),
            _ => {}
        }
    }
    None
}
