//! Expectations under the standard normal law by Gauss-Hermite quadrature.

use std::sync::OnceLock;

/// Nodes and weights of the rule with n nodes for the standard normal density: exact for polynomials of degree 2n - 1.
#[derive(Clone, Debug, PartialEq)]
pub struct GaussHermite {
    nodes: Vec<f64>,
    weights: Vec<f64>,
}

impl GaussHermite {
    /// Most nodes of a rule. More are never needed here and their weights fall below 1e-50.
    pub const MAX_NODES: usize = 64;

    /// The rule with n nodes, 1 <= n <= [`MAX_NODES`](Self::MAX_NODES), found once.
    ///
    /// # Panics
    /// If n is 0 or above [`MAX_NODES`](Self::MAX_NODES).
    pub fn with(n: usize) -> &'static Self {
        static RULES: [OnceLock<GaussHermite>; GaussHermite::MAX_NODES + 1] =
            [const { OnceLock::new() }; GaussHermite::MAX_NODES + 1];
        RULES[n].get_or_init(|| Self::new(n))
    }

    /// The nodes are the zeros of the Hermite polynomial of degree n. With the normalised polynomials `h[0] = 1`,
    /// `sqrt(j) h[j] = z h[j-1] - sqrt(j-1) h[j-2]` one has `h[n]' = sqrt(n) h[n-1]` and the weight `1 / (n h[n-1]^2)`. The zeros of `h[j-1]`
    /// and the bound `2 sqrt(j)` enclose those of `h[j]`, so each is found by Newton steps and bisections that cannot escape.
    ///
    fn new(n: usize) -> Self {
        assert!(
            (1..=Self::MAX_NODES).contains(&n),
            "1 to {} nodes, not {n}",
            Self::MAX_NODES
        );
        let roots: Vec<f64> = (0..=n).map(|j| (j as f64).sqrt()).collect();
        let mut nodes = vec![0.0];
        for degree in 2..=n {
            let bound = 2.0 * roots[degree];
            let enclosure: Vec<f64> = std::iter::once(-bound)
                .chain(nodes)
                .chain([bound])
                .collect();
            nodes = enclosure
                .windows(2)
                .map(|ends| zero(&roots[..=degree], ends[0], ends[1]))
                .collect();
        }
        let weights = nodes.iter().map(|&z| {
            let (_, before) = hermite(&roots, z);
            1.0 / (n as f64 * before * before)
        });
        Self {
            weights: weights.collect(),
            nodes,
        }
    }

    /// Pairs of node and weight, nodes rising; the weights sum to 1.
    pub fn points(&self) -> impl Iterator<Item = (f64, f64)> + Clone + '_ {
        self.nodes.iter().copied().zip(self.weights.iter().copied())
    }

    /// E f(Z), Z standard normal.
    pub fn expect(&self, f: impl Fn(f64) -> f64) -> f64 {
        self.points().map(|(z, weight)| weight * f(z)).sum()
    }

    /// E f(X, Y), X and Y standard normal and independent.
    pub fn expect2(&self, f: impl Fn(f64, f64) -> f64) -> f64 {
        self.expect(|x| self.expect(|y| f(x, y)))
    }

    /// E f(X, Y, Z), all standard normal and independent.
    pub fn expect3(&self, f: impl Fn(f64, f64, f64) -> f64) -> f64 {
        self.expect(|x| self.expect2(|y, z| f(x, y, z)))
    }
}

/// E f(Z), Z standard normal, for f with poles near the real line, such as steep logistic functions: the trapezoidal rule with step 1/32 on
/// [-9, 9], whose error falls like exp(-64 pi d) in the distance d of the nearest pole.
pub fn expect_trapezoidal(f: impl Fn(f64) -> f64) -> f64 {
    const STEPS: i32 = 9 * 32;
    const FRAC_1_SQRT_2_PI: f64 = 0.398_942_280_401_432_7;
    static POINTS: OnceLock<Vec<[f64; 2]>> = OnceLock::new();
    let points = POINTS.get_or_init(|| {
        let nodes = (-STEPS..=STEPS).map(|i| f64::from(i) / 32.0);
        nodes.map(|z| [z, libm::exp(-0.5 * z * z)]).collect()
    });
    let terms = points.iter().map(|&[z, density]| f(z) * density);
    terms.sum::<f64>() * (FRAC_1_SQRT_2_PI / 32.0)
}

/// The normalised Hermite polynomials `h[n]` and `h[n-1]` at z, n >= 1, by the square roots of 0 to n.
fn hermite(roots: &[f64], z: f64) -> (f64, f64) {
    let steps = roots.iter().zip(&roots[1..]);
    steps.fold((1.0, 0.0), |(h, before), (last, root)| {
        ((z * h - last * before) / root, h)
    })
}

/// The one zero of `h[n]` between two neighbouring zeros of `h[n-1]`, by the square roots of 0 to n.
fn zero(roots: &[f64], low: f64, high: f64) -> f64 {
    let root_of_n = roots[roots.len() - 1];
    let (mut low, mut high) = (low, high);
    let rising = hermite(roots, high).0 > 0.0;
    let mut z = 0.5 * (low + high);
    for _ in 0..100 {
        let (h, before) = hermite(roots, z);
        if (h > 0.0) == rising {
            high = z;
        } else {
            low = z;
        }
        let step = h / (root_of_n * before);
        let next = if low < z - step && z - step < high {
            z - step
        } else {
            0.5 * (low + high)
        };
        if (next - z).abs() <= 1e-15 * z.abs().max(1.0) {
            return next;
        }
        z = next;
    }
    z
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_exact_to_degree_2n_minus_1() {
        for n in 1..=GaussHermite::MAX_NODES {
            let rule = GaussHermite::with(n);
            let mut moment = 1.0; // E Z^k = (k-1)!!
            for k in (0..2 * n.min(20)).step_by(2) {
                let estimate = rule.expect(|z| libm::pow(z, k as f64));
                assert!(
                    (estimate / moment - 1.0).abs() < 1e-12,
                    "n {n}, moment {k}: {estimate} {moment}"
                );
                moment *= (k + 1) as f64;
            }
            assert!(rule.expect(|z| z * z * z).abs() < 1e-13);
        }
    }

    #[test]
    fn the_mean_of_a_lognormal_is_found() {
        for n in [12, 20, 32, 64] {
            let mean = GaussHermite::with(n).expect(libm::exp);
            assert!((mean / libm::exp(0.5) - 1.0).abs() < 1e-12, "n {n}: {mean}");
        }
        let three =
            GaussHermite::with(12).expect3(|x, y, z| libm::exp(0.3 * x - 0.4 * y + 0.5 * z));
        assert!((three / libm::exp(0.25) - 1.0).abs() < 1e-11);
        let two = GaussHermite::with(12).expect2(|x, y| x * x * y * y * y * y);
        assert!((two - 3.0).abs() < 1e-12);
    }

    #[test]
    fn the_trapezoidal_rule_is_exact_to_rounding() {
        assert!((expect_trapezoidal(|_| 1.0) - 1.0).abs() < 1e-14);
        assert!((expect_trapezoidal(|z| z * z * z * z) - 3.0).abs() < 1e-13);
        let logistic = expect_trapezoidal(|z| 1.0 / (1.0 + libm::exp(-8.0 * z)));
        assert!((logistic - 0.5).abs() < 1e-14);
    }

    #[test]
    fn nodes_rise_and_mirror() {
        let rule = GaussHermite::with(64);
        assert!(rule.nodes.windows(2).all(|pair| pair[0] < pair[1]));
        for ((a, wa), (b, wb)) in rule
            .points()
            .zip(rule.points().collect::<Vec<_>>().into_iter().rev())
        {
            assert!((a + b).abs() < 1e-14 && (wa / wb - 1.0).abs() < 1e-12);
        }
    }
}
