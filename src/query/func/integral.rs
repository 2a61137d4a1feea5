//! The area under the points.

use crate::query::Cell;
use crate::query::exec::Pt;
use crate::query::window::Windows;

/// One area for each bucket that has points, at its start, in units of time; the line between two points is cut
/// at the edge of the first one's bucket.
pub(in crate::query) fn integral<'a>(
    points: &[Pt<'a>],
    unit: i64,
    windows: &Windows,
    ascending: bool,
) -> Vec<Pt<'a>> {
    // The near edge of the bucket of a time, and the far one, in the order of the query.
    let window = |time: i64| match windows.of(time) {
        // The one area of a query without buckets is that of time 0.
        _ if windows.is_one() => (0, if ascending { i64::MAX } else { i64::MIN }),
        (start, end) if ascending => (start, end),
        (start, end) => (end, start),
    };
    let units = |from: i64, to: i64| to.wrapping_sub(from) as f64 / unit as f64;
    let mut areas = Vec::new();
    let mut state: Option<(i64, f64, (i64, i64), f64)> = None;
    for point in points {
        let Some(value) = point.value.as_f64() else { continue };
        let Some((mut time, mut last, edges, mut area)) = state else {
            state = Some((point.time, value, window(point.time), 0.0));
            continue;
        };
        let mut edges = edges;
        if time == point.time {
            state = Some((time, value, edges, area));
            continue;
        }
        let past = if ascending { point.time >= edges.1 } else { point.time <= edges.1 };
        if past {
            if time != edges.1 {
                let at_edge = line(edges.1, (time, last), (point.time, value));
                area += 0.5 * (at_edge + last) * units(time, edges.1);
                (time, last) = (edges.1, at_edge);
            }
            areas.push(Pt::at(edges.0, Cell::Float(area)));
            edges = window(point.time);
            area = 0.0;
        }
        area += 0.5 * (value + last) * units(time, point.time);
        state = Some((point.time, value, edges, area));
    }
    if let Some((time, _, edges, area)) = state
        && time != edges.0
    {
        areas.push(Pt::at(edges.0, Cell::Float(area)));
    }
    areas
}

/// The value at a time on the line through two points.
fn line(at: i64, first: (i64, f64), second: (i64, f64)) -> f64 {
    let slope = (second.1 - first.1) / second.0.wrapping_sub(first.0) as f64;
    slope * at.wrapping_sub(first.0) as f64 + first.1
}
