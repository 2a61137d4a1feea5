//! `sample`: some points of many.

use crate::query::exec::Pt;

/// At most `n` points, each as likely as any other. InfluxDB throws dice; here the same points give the same
/// sample, by a generator that always begins alike.
pub(in crate::query) fn sample<'a>(points: &[Pt<'a>], n: usize) -> Vec<Pt<'a>> {
    let mut kept: Vec<Pt<'a>> = points.iter().take(n).cloned().collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for (i, point) in points.iter().enumerate().skip(n) {
        let place = (next(&mut state) % (i as u64 + 1)) as usize;
        if let Some(old) = kept.get_mut(place) {
            *old = point.clone();
        }
    }
    kept.sort_by_key(|p| p.time);
    kept
}

/// Splitmix64.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
