//! Numbers that look random and are the same for the same seed on every machine.

/// SplitMix64: small, well spread, and nothing here needs more.
#[derive(Clone, Debug)]
pub struct Noise(u64);

impl Noise {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Noise {
        Noise(seed)
    }

    /// The numbers of a seed for something that has a name, so that two series differ.
    pub fn named(seed: u64, name: &str) -> Noise {
        // FNV-1a: a hash that no library changes.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Noise(seed ^ hash)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to 1, without 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// At most so far from 0; 0 for 0.
    pub fn around(&mut self, far: f64) -> f64 {
        if far == 0.0 { 0.0 } else { (self.unit() * 2.0 - 1.0) * far }
    }

    /// A whole number of a range, both ends in it.
    pub fn int(&mut self, low: i64, high: i64) -> i64 {
        let wide = (i128::from(high) - i128::from(low) + 1).max(1) as u128;
        let step = u128::from(self.next()) % wide;
        i64::try_from(i128::from(low) + step as i128).unwrap_or(high)
    }
}
