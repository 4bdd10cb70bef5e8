"""The reference workload R1 as numbers: what `scenarios/reference-r1.toml` says, for the peers.

Money is in seed tickets, time in years, periods are quarters. A path has one cycle, an AR(1) with a standard normal law, and 600
sub-funds of 20 companies each. A company waits in its stage, then graduates, fails, is sold or is listed; a sub-fund pays a
committed fee for ten years and shares profits over its whole life (hurdle, full catch-up, carry).
"""

import numpy as np

FUNDS, COMPANIES_EACH = 600, 20
COMPANIES = FUNDS * COMPANIES_EACH
QUARTERS, YEARS, STAGES = 80, 20, 5
INVESTING_YEARS = 10.0

PERSISTENCE = 0.6**0.25  # of the cycle, per quarter
SHOCK = np.sqrt(1.0 - PERSISTENCE**2)

SEED_WAIT_MEAN = 1.5  # exponential
WAIT_MEDIAN = np.array([np.nan, 1.6, 1.7, 1.8, 2.0])  # lognormal from the second stage on
WAIT_SIGMA = 0.5

# Weights of graduating, failing, a trade sale and a listing, by stage; the cycle multiplies each by exp(beta x).
WEIGHTS = np.array(
    [
        [0.48, 0.44, 0.08, 0.00],
        [0.50, 0.36, 0.13, 0.01],
        [0.52, 0.28, 0.15, 0.05],
        [0.50, 0.20, 0.17, 0.13],
        [0.00, 0.22, 0.38, 0.40],
    ]
)
BETA = np.array([0.20, -0.25, 0.10, 0.50])
GRADUATE, FAIL, SALE, LISTING, ALIVE = range(5)

STEP_UP_MEDIAN, STEP_UP_SIGMA = 2.0, 0.6
KEPT_IN_ROUND = 0.8  # of a stake that does not follow
FIRST_STAKE = 1.0  # worth its ticket: 10% of 10
LISTING_FACTOR = 2.0

COMMITMENT = 25.0
QUARTERLY_FEE = 0.02 * COMMITMENT / 4
FEE_QUARTERS = 40
HURDLE = 1.08**0.25
CARRY = 0.20
CATCH_UP = CARRY / (1.0 - CARRY)


def report(paths, cpu, tvpi, dpi, irr, ends):
    """Prints what a peer took and what it found; `ends` counts failed, sold, listed and alive companies by path."""
    print(f"{cpu / paths / COMPANIES * 1e9:.1f} ns of CPU per life, {paths} paths")
    for name, values in (("TVPI", tvpi), ("DPI", dpi), ("IRR", irr)):
        error = values.std(ddof=1) / np.sqrt(len(values))
        low, mid, high = np.quantile(values, [0.05, 0.5, 0.95])
        print(f"{name:5} {values.mean():.5f} (se {error:.5f})  P5 {low:.4f}  P50 {mid:.4f}  P95 {high:.4f}")
    print("failed, sold, listed, alive:", " ".join(f"{count:.1f}" for count in ends.mean(0)))
