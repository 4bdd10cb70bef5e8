//! The internal rate of return of flows that may change sign many times.
//!
//! A rate r per period is a root of the present value P(v) = sum a(t) v^t at v = 1/(1 + r). Three facts decide how many there are:
//!
//! - P(v)/(1 - v) has the cumulated flows as coefficients, so by Descartes' rule of signs there are at most as many rates above 0 as the
//!   cumulated flows change sign (Norstrom, "A sufficient condition for a unique nonnegative internal rate of return", Journal of Financial
//!   and Quantitative Analysis 7, 1972).
//! - Read backwards in time the same holds for the rates in (-100%, 0) and the flows cumulated from the end.
//! - The sign of the total decides whether each number is odd or even.
//!
//! So a fund that ends with a gain and whose cumulated flows change sign once has one positive rate, and it is the IRR, whatever negative
//! roots exist. A fund that ends with a loss, was never ahead and whose flows cumulated from the end change sign once has one rate at all.
//! Only in the remaining cases are roots counted, in (-99%, +1000%) a year.

use super::roots::root;

/// The internal rate of return, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Irr {
    /// Annual effective rate: 0.08 is 8% a year. Nothing returned is -1.
    Rate(f64),
    /// Several rates in (-99%, +1000%) solve the equation: none of them is the IRR.
    Multiple,
    /// Missing: all flows are zero.
    NoCall,
    /// Missing: money came back and no flow was ever negative.
    NeverNegative,
    /// Missing: flows go both ways, but no rate in (-99%, +1000%) makes their present value zero.
    NoRoot,
}

impl Irr {
    /// The rate where there is one.
    pub fn rate(self) -> Option<f64> {
        match self {
            Self::Rate(rate) => Some(rate),
            Self::Multiple | Self::NoCall | Self::NeverNegative | Self::NoRoot => None,
        }
    }
}

/// The IRR of net flows at equal steps of `period_years` (0.25: quarters), negative = paid in, as an annual effective rate.
///
/// A rate that the theory shows to be the only one is given wherever it lies; the range (-99%, +1000%) limits only roots that must be counted.
pub fn irr(flows: &[f64], period_years: f64) -> Irr {
    let Some(first) = flows.iter().position(|&flow| flow != 0.0) else {
        return Irr::NoCall;
    };
    let last = flows.iter().rposition(|&flow| flow != 0.0).unwrap_or(first);
    let flows = &flows[first..=last];
    if flows.iter().all(|&flow| flow >= 0.0) {
        return Irr::NeverNegative;
    }
    if flows.iter().all(|&flow| flow <= 0.0) {
        return Irr::Rate(-1.0);
    }
    let forward = Cumulated::of(flows.iter());
    let annual = |log_growth: f64| Irr::Rate(libm::expm1(log_growth / period_years));
    if forward.total > 0.0 && forward.sign_changes == 1 {
        return annual(-log_discount(&flows.iter().rev().copied()));
    }
    if forward.total < 0.0
        && forward.sign_changes == 0
        && Cumulated::of(flows.iter().rev()).sign_changes == 1
    {
        // the same problem with time running backwards and the two sides exchanged: its discount factor is our growth factor
        return annual(log_discount(&flows.iter().map(|&flow| -flow)));
    }
    count_roots(flows, period_years)
}

/// What the running sum of flows does.
struct Cumulated {
    total: f64,
    sign_changes: usize,
}

impl Cumulated {
    fn of<'a>(flows: impl Iterator<Item = &'a f64>) -> Self {
        let (mut total, mut sign, mut sign_changes) = (0.0, 0.0, 0);
        for flow in flows {
            total += flow;
            sign_changes += usize::from(total * sign < 0.0);
            sign = if total == 0.0 {
                sign
            } else {
                1.0_f64.copysign(total)
            };
        }
        Self {
            total,
            sign_changes,
        }
    }
}

/// ln v of the one v in (0, 1) with present value zero. The first flow is negative, the total positive, the root unique; flows come last first.
///
/// Newton's method on ln(present value of receipts / present value of payments) as a function of ln v: it is nearly straight, its slope being
/// the difference of the two durations. The bracket is kept and halved when a step would leave it.
fn log_discount(last_first: &(impl Iterator<Item = f64> + Clone)) -> f64 {
    const STEPS: usize = 200;
    let (mut low, mut high) = (-64.0, 0.0);
    let mut s = 0.0;
    for _ in 0..STEPS {
        let v = libm::exp(s);
        let (mut received, mut received_slope, mut paid, mut paid_slope) = (0.0, 0.0, 0.0, 0.0);
        for flow in last_first.clone() {
            received_slope = received_slope * v + received;
            paid_slope = paid_slope * v + paid;
            received = received * v + flow.max(0.0);
            paid = paid * v + (-flow).max(0.0);
        }
        if received > paid {
            high = s;
        } else {
            low = s;
        }
        let slope = v * (received_slope / received - paid_slope / paid);
        let step = libm::log(received / paid) / slope;
        let next = s - step;
        let inside = low < next && next < high;
        if inside && step.abs() < 1e-7 || high - low < 1e-14 {
            // the error left is of the order of the square of the last step
            return if inside { next } else { s };
        }
        s = if inside { next } else { 0.5 * (low + high) };
    }
    s
}

/// Points at which the present value is found together.
const LANES: usize = 16;

/// Counts the roots in (-99%, +1000%) on a grid of cells 0.05 wide in ln(1 + r).
///
/// Two roots within a cell leave no change of sign but a dip of the present value towards zero, into which it looks closer. A single root is
/// divided out first, so that a pair beside it shows as well.
fn count_roots(flows: &[f64], period_years: f64) -> Irr {
    let worths = |points: &[f64; LANES]| worths(flows, &points.map(|x| x * period_years));
    let grid = grid();
    let values: Vec<f64> = grid.as_chunks().0.iter().flat_map(worths).collect();
    let mut crossings = (1..grid.len()).filter(|&i| (values[i - 1] < 0.0) != (values[i] < 0.0));
    let Some(crossing) = crossings.next() else {
        return if has_pair(&grid, &values, worths) {
            Irr::Multiple
        } else {
            Irr::NoRoot
        };
    };
    if crossings.next().is_some() {
        return Irr::Multiple;
    }
    let Ok(only) = root(grid[crossing - 1], grid[crossing], 1e-14, |x| {
        worths(&[x; LANES])[0]
    }) else {
        return Irr::NoRoot;
    };
    let rest: Vec<f64> = grid
        .iter()
        .zip(&values)
        .map(|(x, value)| value / (x - only))
        .collect();
    let divided = |points: &[f64; LANES]| {
        let values = worths(points);
        std::array::from_fn(|i| values[i] / (points[i] - only))
    };
    if has_pair(&grid, &rest, divided) {
        Irr::Multiple
    } else {
        Irr::Rate(libm::expm1(only))
    }
}

/// Whether a function of one sign on the grid changes it twice within a cell.
fn has_pair(grid: &[f64], values: &[f64], f: impl Fn(&[f64; LANES]) -> [f64; LANES]) -> bool {
    (2..grid.len())
        .filter(|&i| dips(values[i - 2], values[i - 1], values[i]))
        .any(|i| {
            let sign = 1.0_f64.copysign(values[i]);
            falls_below_zero(grid[i - 2], grid[i], |points| {
                f(points).map(|value| sign * value)
            })
        })
}

/// Points of ln(1 + r) from -99% to +1000%, whole blocks of lanes on either side of zero.
fn grid() -> Vec<f64> {
    const LOSSES: u32 = 6 * LANES as u32;
    const GAINS: u32 = 3 * LANES as u32;
    let (least, most) = (libm::log(0.01), libm::log(11.0));
    let losses = (1..=LOSSES)
        .rev()
        .map(|i| least * f64::from(i) / f64::from(LOSSES));
    losses
        .chain((0..GAINS).map(|i| most * f64::from(i) / f64::from(GAINS - 1)))
        .collect()
}

/// Three values of one sign of which the middle one is the nearest to zero.
fn dips(before: f64, here: f64, after: f64) -> bool {
    before * here > 0.0
        && here * after > 0.0
        && here.abs() <= before.abs()
        && here.abs() <= after.abs()
}

/// Whether a function with one minimum in [low, high] is negative there, seen from points ever closer to the minimum.
fn falls_below_zero(
    mut low: f64,
    mut high: f64,
    f: impl Fn(&[f64; LANES]) -> [f64; LANES],
) -> bool {
    const ZOOMS: usize = 8;
    for _ in 0..ZOOMS {
        let step = (high - low) / (LANES + 1) as f64;
        let points = std::array::from_fn(|i| low + step * (i + 1) as f64);
        let values = f(&points);
        let least = (1..LANES).fold(
            0,
            |least, i| if values[i] < values[least] { i } else { least },
        );
        if values[least] < 0.0 {
            return true;
        }
        (low, high) = (points[least] - step, points[least] + step);
    }
    false
}

/// Present values at log growths s per period of one sign, scaled by positive factors that keep them finite: valued at the first flow for
/// growth, at the last for shrinkage.
fn worths(flows: &[f64], s: &[f64; LANES]) -> [f64; LANES] {
    let grows = s[LANES - 1] >= 0.0;
    let v = s.map(|s| libm::exp(if grows { -s } else { s }));
    let mut sums = [0.0; LANES];
    for i in 0..flows.len() {
        let flow = if grows {
            flows[flows.len() - 1 - i]
        } else {
            flows[i]
        };
        for lane in 0..LANES {
            sums[lane] = sums[lane] * v[lane] + flow;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn assert_rate(flows: &[f64], period_years: f64, expected: f64) {
        let found = irr(flows, period_years);
        assert!(
            found
                .rate()
                .is_some_and(|rate| (rate - expected).abs() < 5e-11),
            "{found:?}, not {expected}"
        );
    }

    #[test]
    fn printed_cases_are_met() {
        assert_rate(&[-100.0, 110.0], 1.0, 0.1);
        assert_rate(&[-100.0, 60.0, 60.0], 1.0, 0.130_662_386_3);
        assert_rate(&[-100.0, 0.0, 0.0, 0.0, 0.0, 200.0], 1.0, 0.148_698_355_0);
        assert_rate(
            &[-70000.0, 12000.0, 15000.0, 18000.0, 21000.0],
            1.0,
            -0.021_244_848_3,
        );
        assert_rate(&[-100.0, 0.0, 0.0, 50.0], 1.0, -0.206_299_474_0);
        assert_rate(&[-100.0, -50.0, 60.0, 10.0, 110.0], 1.0, 0.064_338_606_2);
        assert_eq!(irr(&[-100.0, 230.0, -132.0], 1.0), Irr::Multiple);
        assert_eq!(irr(&[-100.0, 0.0, 0.0], 1.0), Irr::Rate(-1.0));
    }

    #[test]
    fn missing_rates_say_why() {
        assert_eq!(irr(&[], 0.25), Irr::NoCall);
        assert_eq!(irr(&[0.0, 0.0], 0.25), Irr::NoCall);
        assert_eq!(irr(&[0.0, 5.0, 0.0], 0.25), Irr::NeverNegative);
        assert_eq!(irr(&[-100.0, 150.0, -100.0], 1.0), Irr::NoRoot);
        assert_eq!(Irr::NoRoot.rate(), None);
    }

    #[test]
    fn quarters_compound_to_a_year_and_outer_zeros_do_not_matter() {
        assert_rate(&[0.0, -100.0, 0.0, 0.0, 0.0, 108.0, 0.0], 0.25, 0.08);
        assert_rate(&[-100.0, 100.0], 0.25, 0.0);
    }

    /// One positive rate beside a negative one: Norstrom's rule names the positive one. -1 + 3v - v^2 has v = 0.38 and 2.62.
    #[test]
    fn a_gain_with_one_change_of_the_cumulated_flows_has_the_positive_rate() {
        assert_rate(&[-1.0, 3.0, -1.0], 1.0, 1.618_033_988_749_895);
        assert_rate(&[-1.0, 3.0, -1.0], 0.25, 45.978_713_763_747_79);
    }

    #[test]
    fn rates_far_outside_the_counting_range_are_found_when_they_are_unique() {
        assert_rate(&[-1.0, 21.0], 1.0, 20.0);
        assert_rate(&[-1000.0, 1.0], 1.0, -0.999);
        let mut late = vec![0.0; 80];
        (late[0], late[79]) = (-1e9, 1.0);
        assert_rate(&late, 0.25, libm::pow(1e-9, 4.0 / 79.0) - 1.0);
    }

    /// Roots at 10% and 10.2% lie inside one cell of the grid.
    #[test]
    fn two_roots_inside_one_cell_are_seen() {
        for gap in [0.1, 0.01, 0.002, 0.0001] {
            let (a, b) = (1.1, 1.1 + gap);
            assert_eq!(irr(&[-1.0, a + b, -a * b], 1.0), Irr::Multiple, "{gap}");
        }
    }

    /// Takahashi and Alexander's fund: calls earn nothing in their year, the rest grows by G, so G is the IRR for every parameter set.
    struct TakahashiAlexander {
        growth: f64,
        life: usize,
        called: [f64; 3],
        bow: f64,
        yield_: f64,
    }

    impl TakahashiAlexander {
        fn flows(&self) -> Vec<f64> {
            let (mut paid_in, mut nav) = (0.0, 0.0);
            let mut flows: Vec<f64> = (1..=self.life)
                .map(|year| {
                    let call = self.called[(year - 1).min(2)] * (100.0 - paid_in);
                    let rate = self
                        .yield_
                        .max(libm::pow(year as f64 / self.life as f64, self.bow));
                    let grown = nav * (1.0 + self.growth);
                    paid_in += call;
                    nav = grown * (1.0 - rate) + call;
                    grown * rate - call
                })
                .collect();
            flows[self.life - 1] += nav;
            flows
        }
    }

    #[test]
    fn the_growth_of_takahashi_and_alexander_is_their_irr() {
        let sets = [
            (0.13, 12, [0.25, 1.0 / 3.0, 0.5], 2.5, 0.0),
            (0.13, 12, [0.25, 0.5, 0.5], 2.5, 0.0),
            (0.08, 12, [0.4, 0.4, 0.4], 5.0, 0.05),
            (0.08, 15, [0.3, 0.5, 0.5], 1.0, 0.15),
            (0.07, 18, [0.25, 1.0 / 3.0, 0.5], 2.2, 0.0),
            (0.20, 12, [0.25, 1.0 / 3.0, 0.5], 2.5, 0.0),
            (-0.10, 12, [0.25, 1.0 / 3.0, 0.5], 2.5, 0.0),
            (0.0, 12, [0.25, 1.0 / 3.0, 0.5], 2.5, 0.0),
        ];
        for (growth, life, called, bow, yield_) in sets {
            let flows = TakahashiAlexander {
                growth,
                life,
                called,
                bow,
                yield_,
            }
            .flows();
            assert_rate(&flows, 1.0, growth);
        }
    }

    /// The printed venture table of the published note: net flows, and the residual NAV 0.048828 in year 12.
    #[test]
    fn the_printed_venture_table_earns_13_percent() {
        let mut flows = [
            -25.0,
            -24.679_638,
            -23.130_922,
            -6.487_616,
            6.440_172,
            18.208_864,
            28.531_701,
            35.002_289,
            34.622_156,
            26.490_244,
            14.088_376,
            3.956_879,
        ];
        let own = TakahashiAlexander {
            growth: 0.13,
            life: 12,
            called: [0.25, 1.0 / 3.0, 0.5],
            bow: 2.5,
            yield_: 0.0,
        }
        .flows();
        flows[11] += 0.048_828;
        for (printed, own) in flows.iter().zip(own) {
            assert!((printed - own).abs() < 2e-6);
        }
        assert!((irr(&flows, 1.0).rate().unwrap() - 0.13).abs() < 1e-8);
    }

    fn times(polynomial: &[f64], factor: &[f64]) -> Vec<f64> {
        let mut product = vec![0.0; polynomial.len() + factor.len() - 1];
        for (i, a) in polynomial.iter().enumerate() {
            for (j, b) in factor.iter().enumerate() {
                product[i + j] += a * b;
            }
        }
        product
    }

    proptest! {
        /// Flows built from chosen rates, at least 3 points of ln(1 + r) apart, and from factors v^2 + b v + c without real roots.
        #[test]
        fn planted_rates_are_found_or_counted(
            first in -3.0..1.0_f64,
            gaps in proptest::collection::vec(0.03..0.6_f64, 0..3),
            rest in proptest::collection::vec((-1.0..1.0_f64, 0.3..2.0_f64), 0..6),
        ) {
            let logs: Vec<f64> = std::iter::once(first).chain(gaps.iter().scan(first, |x, gap| { *x += gap; Some(*x) })).collect();
            prop_assume!(logs.iter().all(|x| x.abs() > 1e-6));
            let mut flows = vec![1.0];
            for x in &logs {
                flows = times(&flows, &[-1.0, libm::exp(*x)]);
            }
            for (b, c) in rest {
                flows = times(&flows, &[c, b * c, 1.0]);
            }
            let total: f64 = flows.iter().sum();
            match irr(&flows, 1.0) {
                Irr::Rate(rate) => {
                    let error = logs.iter().map(|x| (rate - libm::expm1(*x)).abs()).fold(f64::MAX, f64::min);
                    prop_assert!(error < 1e-6, "{rate} of {logs:?}");
                    prop_assert!(logs.len() == 1 || total > 0.0 && rate > 0.0 && logs.iter().filter(|x| **x > 0.0).count() == 1);
                }
                Irr::Multiple => prop_assert!(logs.len() > 1),
                missing => prop_assert!(false, "{missing:?} of {logs:?}"),
            }
        }

        #[test]
        fn the_present_value_at_the_rate_is_zero(
            first in 0.01..1.0_f64,
            calls in proptest::collection::vec(0.0..1.0_f64, 0..30),
            gains in proptest::collection::vec(0.1..3.0_f64, 1..50),
        ) {
            let flows: Vec<f64> = std::iter::once(&first).chain(&calls).map(|c| -c).chain(gains.iter().copied()).collect();
            let rate = irr(&flows, 0.25).rate().unwrap();
            let v = libm::pow(1.0 + rate, -0.25);
            let size: f64 = flows.iter().rev().fold(0.0, |sum, flow| sum * v + flow.abs());
            let value: f64 = flows.iter().rev().fold(0.0, |sum, flow| sum * v + flow);
            prop_assert!(value.abs() < 1e-11 * size);
        }
    }
}
