//! HOT: 32 bytes looked at at once.

use wide::u8x16;

/// How many bytes.
pub(crate) const SPAN: usize = 32;

fn halves(text: &[u8; SPAN]) -> [u8x16; 2] {
    let (halves, _) = text.as_chunks::<16>();
    [u8x16::new(halves[0]), u8x16::new(halves[1])]
}

#[inline]
fn bits(halves: [u8x16; 2]) -> u64 {
    let [low, high] = halves.map(|half| u64::from(half.to_bitmask()));
    low | high << 16
}

/// A bit for each byte that is a digit, the lowest for the first.
#[inline]
pub(crate) fn digits(text: &[u8; SPAN]) -> u64 {
    bits(halves(text).map(|half| {
        let value = half - u8x16::splat(b'0');
        value.min(u8x16::splat(9)).simd_eq(value)
    }))
}

/// A bit for each byte that is the same in both.
#[inline]
pub(crate) fn equal(a: &[u8; SPAN], b: &[u8; SPAN]) -> u64 {
    let ([a, c], [b, d]) = (halves(a), halves(b));
    bits([a.simd_eq(b), c.simd_eq(d)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_at_every_place() {
        for byte in 0..=u8::MAX {
            for at in 0..SPAN {
                for around in [b'5', b'x'] {
                    let mut text = [around; SPAN];
                    text[at] = byte;
                    let want =
                        |is: &dyn Fn(u8) -> bool| (0..SPAN).map(|i| u64::from(is(text[i])) << i).sum::<u64>();
                    assert_eq!(digits(&text), want(&|b| b.is_ascii_digit()), "{byte} at {at}");
                    assert_eq!(equal(&text, &[around; SPAN]), want(&|b| b == around), "{byte} at {at}");
                }
            }
        }
    }
}
