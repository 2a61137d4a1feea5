//! The JSON of an event, byte for byte as Kapacitor writes it: what `exec`, `log`, `tcp` and `post` send.

use super::point::push_head;
use super::{Data, Event, Series};
use crate::value::number::push_int;
use crate::value::{Value, json, time};

/// JSON knows neither NaN nor the infinities.
#[derive(Clone, Copy, PartialEq, Debug, thiserror::Error)]
#[error("json: unsupported value: {}", go_name(*.0))]
pub struct NotANumber(pub f64);

fn go_name(x: f64) -> &'static str {
    match x {
        f64::INFINITY => "+Inf",
        f64::NEG_INFINITY => "-Inf",
        _ => "NaN",
    }
}

impl Event {
    /// Appends the event. With a value that is no number it cannot be written; `out` is then as before.
    pub fn push_json(&self, out: &mut String) -> Result<(), NotANumber> {
        let mark = out.len();
        out.push('{');
        let written = self.push_members(out);
        match written {
            Ok(()) => out.push('}'),
            Err(_) => out.truncate(mark),
        }
        written
    }

    /// The same without the braces.
    pub(crate) fn push_members(&self, out: &mut String) -> Result<(), NotANumber> {
        let mark = out.len();
        let written = self.push_all(out);
        if written.is_err() {
            out.truncate(mark);
        }
        written
    }

    fn push_all(&self, out: &mut String) -> Result<(), NotANumber> {
        out.push_str(r#""id":"#);
        json::push_json_str(out, &self.id);
        out.push_str(r#","message":"#);
        json::push_json_str(out, &self.message);
        out.push_str(r#","details":"#);
        self.push_details_json(out);
        out.push_str(r#","time":"#);
        push_time(out, self.time);
        out.push_str(r#","duration":"#);
        push_int(out, self.duration);
        out.push_str(r#","level":""#);
        out.push_str(self.level.as_str());
        out.push_str(r#"","data":"#);
        self.push_data(out)?;
        out.push_str(r#","previousLevel":""#);
        out.push_str(self.previous.as_str());
        out.push_str(if self.recoverable { r#"","recoverable":true"# } else { r#"","recoverable":false"# });
        Ok(())
    }

    /// Appends the data alone: `{"series":[…]}`. If they cannot be written, `out` is as before.
    pub fn push_data_json(&self, out: &mut String) -> Result<(), NotANumber> {
        let mark = out.len();
        let written = self.push_data(out);
        if written.is_err() {
            out.truncate(mark);
        }
        written
    }

    fn push_data(&self, out: &mut String) -> Result<(), NotANumber> {
        match &self.data {
            Data::None => out.push_str(r#"{"series":null}"#),
            Data::Point => {
                out.push_str(r#"{"series":["#);
                out.push_str(self.point.table()?);
                out.push_str("]}");
            }
            Data::Series(series) => {
                out.push_str(r#"{"series":["#);
                for (i, series) in series.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    series.push_json(out)?;
                }
                out.push_str("]}");
            }
        }
        Ok(())
    }
}

impl Series {
    /// Appends the table. If it cannot be written, `out` keeps what was written until then.
    pub fn push_json(&self, out: &mut String) -> Result<(), NotANumber> {
        push_head(out, &self.name, &self.tags);
        if self.values.is_empty() {
            // What is empty is left out, and so may be the comma before it.
            if out.ends_with(',') {
                out.pop();
            }
            out.push('}');
            return Ok(());
        }
        push_columns(out, self.columns.iter().map(|c| &**c));
        out.push_str(r#","values":["#);
        for (i, (time, values)) in self.values.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            push_row(out, *time, values.iter())?;
        }
        out.push_str("]}");
        Ok(())
    }
}

fn push_columns<'a>(out: &mut String, names: impl Iterator<Item = &'a str>) {
    out.push_str(r#""columns":["time""#);
    for name in names {
        out.push(',');
        json::push_json_str(out, name);
    }
    out.push(']');
}

fn push_row<'a>(
    out: &mut String,
    time: i64,
    values: impl Iterator<Item = &'a Value>,
) -> Result<(), NotANumber> {
    out.push('[');
    push_time(out, time);
    for value in values {
        out.push(',');
        if !json::push_json_value(out, value) {
            return Err(NotANumber(if let Value::Float(x) = value { *x } else { f64::NAN }));
        }
    }
    out.push(']');
    Ok(())
}

fn push_time(out: &mut String, time: i64) {
    out.push('"');
    time::push_rfc3339_nano(out, time);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
    }

    fn event() -> Event {
        let fields = [
            ("b", Value::Bool(true)),
            ("i", Value::Int(3)),
            ("n", Value::Null),
            ("s", Value::Str("str".into())),
            ("value", Value::Float(15.0)),
        ];
        Event {
            id: "cpu/A".into(),
            message: "cpu/A is INFO v=15 <&>".into(),
            details: "{&#34;Name&#34;}\n".into(),
            duration: 2_500_000_000,
            previous: Level::Warning,
            task: "a1".into(),
            group: "host=A".into(),
            ..Event::on("cpu", &[("host", "A")], &fields, 1_600_000_003_500_000_000)
        }
    }

    fn json(event: &Event) -> String {
        let mut out = String::new();
        event.push_json(&mut out).unwrap();
        out
    }

    #[test]
    fn an_event_is_written_as_kapacitor_does() {
        assert_eq!(
            json(&event()),
            concat!(
                r#"{"id":"cpu/A","message":"cpu/A is INFO v=15 \u003c\u0026\u003e","details":"{\u0026#34;Name\u0026#34;}\n","#,
                r#""time":"2020-09-13T12:26:43.5Z","duration":2500000000,"level":"CRITICAL","data":{"series":[{"name":"cpu","#,
                r#""tags":{"host":"A"},"columns":["time","b","i","n","s","value"],"#,
                r#""values":[["2020-09-13T12:26:43.5Z",true,3,null,"str",15]]}]},"previousLevel":"WARNING","recoverable":true}"#
            )
        );
    }

    #[test]
    fn data_leave_out_what_is_empty() {
        let row = |values| Series { columns: vec!["v".into()], values, ..Series::default() };
        let named = Series { name: "m".into(), ..Series::default() };
        let tagged = Series { tags: pairs(&[("a", "b"), ("c", "d")]), ..named.clone() };
        let two = vec![(0, vec![Value::Float(1.5)]), (1, vec![Value::Null])];
        let cases = [
            (Data::None, r#"{"series":null}"#),
            (Data::Series(vec![]), r#"{"series":[]}"#),
            (
                Data::Series(vec![named, tagged]),
                r#"{"series":[{"name":"m"},{"name":"m","tags":{"a":"b","c":"d"}}]}"#,
            ),
            (
                Data::Series(vec![row(two)]),
                r#"{"series":[{"columns":["time","v"],"values":[["1970-01-01T00:00:00Z",1.5],["1970-01-01T00:00:00.000000001Z",null]]}]}"#,
            ),
            (Data::Series(vec![row(vec![])]), r#"{"series":[{}]}"#),
        ];
        for (data, want) in cases {
            let mut out = String::new();
            Event { data, ..event() }.push_data_json(&mut out).unwrap();
            assert_eq!(out, want);
        }
        let bare = Event::on("", &[], &[], 1_600_000_003_500_000_000);
        let mut out = String::new();
        bare.push_data_json(&mut out).unwrap();
        assert_eq!(out, r#"{"series":[{"columns":["time"],"values":[["2020-09-13T12:26:43.5Z"]]}]}"#);
    }

    #[test]
    fn a_value_that_is_no_number_spoils_it_all() {
        let event = Event::on("m", &[], &[("x", Value::Float(f64::NAN))], 0);
        let mut out = String::from("before");
        assert!(event.push_json(&mut out).is_err());
        assert!(event.push_data_json(&mut out).is_err());
        assert_eq!(out, "before");
    }

    #[test]
    fn the_table_of_a_point_is_what_its_json_shows() {
        let event = event();
        let tables = Event { data: Data::Series(event.series().unwrap().into_owned()), ..event.clone() };
        assert_eq!(json(&tables), json(&event));
    }
}
