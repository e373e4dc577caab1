//! Losses of the sample at any margin, to f64 accuracy: for searches.

/// Sorted margins with their running sums.
pub struct LossTable {
    margins: Vec<f64>,
    // Sum of the positive margins before each place.
    sums: Vec<f64>,
    negative: usize,
}

impl LossTable {
    /// Of margins in any order.
    pub fn new(mut margins: Vec<f64>) -> Self {
        margins.sort_unstable_by(f64::total_cmp);
        let mut sums = vec![0.0];
        for m in &margins {
            sums.push(sums[sums.len() - 1] + m.max(0.0));
        }
        let negative = margins.partition_point(|m| *m <= 0.0);
        Self {
            margins,
            sums,
            negative,
        }
    }

    /// The mean of min(1, max(0, 1 - margin/gamma)).
    pub fn ramp(&self, gamma: f64) -> f64 {
        let below = self.margins.partition_point(|m| *m < gamma);
        let below = below.max(self.negative);
        (below as f64 - self.sums[below] / gamma) / self.margins.len() as f64
    }

    /// The fraction with margin <= gamma.
    pub fn at_most(&self, gamma: f64) -> f64 {
        self.margins.partition_point(|m| *m <= gamma) as f64 / self.margins.len() as f64
    }

    /// Margins between which a search looks: a thousandth of the median size to
    /// a million times the largest.
    pub fn range(&self) -> (f64, f64) {
        let mut sizes: Vec<f64> = self.margins.iter().map(|m| m.abs()).collect();
        sizes.sort_unstable_by(f64::total_cmp);
        let middle = sizes[sizes.len() / 2];
        let largest = sizes[sizes.len() - 1];
        let usable = |x: f64| if x.is_normal() { x } else { 1.0 };
        (usable(middle) * 1e-3, usable(largest) * 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_those_of_the_definition() {
        let margins = vec![0.5, -1.0, 0.0, 2.0, 1.0, 0.25];
        let table = LossTable::new(margins.clone());
        for gamma in [0.1, 0.25, 0.5, 0.7, 1.0, 5.0] {
            let ramp = |m: &f64| (1.0 - m / gamma).clamp(0.0, 1.0);
            let mean = margins.iter().map(ramp).sum::<f64>() / 6.0;
            assert!((table.ramp(gamma) - mean).abs() < 1e-12);
            let count = margins.iter().filter(|m| **m <= gamma).count();
            assert_eq!(table.at_most(gamma), count as f64 / 6.0);
        }
    }
}
