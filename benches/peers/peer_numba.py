"""R1 as a numba user would write it: one compiled function, one path and one company after the other.

    python peer_numba.py [PATHS] [SEED]
"""

import math
import sys
import time

import numba
import numpy as np

import workload as r1

LOG_MEDIAN = np.log(np.where(np.isnan(r1.WAIT_MEDIAN), 1.0, r1.WAIT_MEDIAN))
LOG_STEP = math.log(r1.STEP_UP_MEDIAN * r1.KEPT_IN_ROUND)
PATHS_EACH = 8  # of one generator


@numba.njit(cache=True)
def thresholds(rng, upto):
    """Cumulative weights of graduating, failing and selling, by quarter and stage, on a fresh cycle."""
    cycle = rng.standard_normal()
    factor = np.empty(4)
    for quarter in range(r1.QUARTERS):
        if quarter > 0:
            cycle = r1.PERSISTENCE * cycle + r1.SHOCK * rng.standard_normal()
        for event in range(4):
            factor[event] = math.exp(r1.BETA[event] * cycle)
        for stage in range(r1.STAGES):
            total = 0.0
            for event in range(4):
                total += r1.WEIGHTS[stage, event] * factor[event]
            so_far = 0.0
            for event in range(3):
                so_far += r1.WEIGHTS[stage, event] * factor[event] / total
                upto[quarter, stage, event] = so_far


@numba.njit(cache=True)
def live(rng, upto, calls, proceeds, ends):
    """All companies of a path, into each fund's quarters; returns what is still held at the term."""
    calls[:] = 0.0
    proceeds[:] = 0.0
    ends[:] = 0
    held = 0.0
    for company in range(r1.COMPANIES):
        fund = company // r1.COMPANIES_EACH
        time_ = rng.random() * r1.INVESTING_YEARS
        calls[fund, int(4.0 * time_)] += 1.0
        value = r1.FIRST_STAKE
        for stage in range(r1.STAGES):
            if stage == 0:
                time_ += r1.SEED_WAIT_MEAN * rng.standard_exponential()
            else:
                time_ += math.exp(LOG_MEDIAN[stage] + r1.WAIT_SIGMA * rng.standard_normal())
            if time_ >= r1.YEARS:
                held += value
                ends[3] += 1
                break
            quarter = int(4.0 * time_)
            u = rng.random()
            if u < upto[quarter, stage, 0]:
                value *= math.exp(LOG_STEP + r1.STEP_UP_SIGMA * rng.standard_normal())
                continue
            if u < upto[quarter, stage, 1]:
                ends[0] += 1
            elif u < upto[quarter, stage, 2]:
                ends[1] += 1
                proceeds[fund, quarter] += value
            else:
                ends[2] += 1
                proceeds[fund, quarter] += r1.LISTING_FACTOR * value
            break
    return held


@numba.njit(cache=True)
def waterfall(calls, proceeds, net):
    """Net flows of all LPs by quarter; returns what they paid in and got back."""
    net[:] = 0.0
    paid_in = 0.0
    paid_out = 0.0
    for fund in range(r1.FUNDS):
        owed = 0.0
        called = 0.0
        to_lps = 0.0
        to_gp = 0.0
        for quarter in range(r1.QUARTERS):
            call = calls[fund, quarter]
            if quarter < r1.FEE_QUARTERS:
                call += r1.QUARTERLY_FEE
            owed = owed * r1.HURDLE + call
            called += call
            lps = 0.0
            rest = proceeds[fund, quarter]
            if rest > 0.0:
                lps = min(rest, owed)
                owed -= lps
                rest -= lps
                if rest > 0.0:
                    profit = max(to_lps + lps - called, 0.0)
                    catch_up = min(rest, max(r1.CATCH_UP * profit - to_gp, 0.0))
                    rest -= catch_up
                    lps += (1.0 - r1.CARRY) * rest
                    to_gp += catch_up + r1.CARRY * rest
                to_lps += lps
            net[quarter] += lps - call
        paid_in += called
        paid_out += to_lps
    return paid_in, paid_out


@numba.njit(cache=True)
def yearly_irr(net):
    """Newton's method on the quarterly rate, kept inside a shrinking bracket."""
    low, high, rate = -0.5, 1.0, 0.02
    for _ in range(60):
        step = 1.0 / (1.0 + rate)
        weight, value, slope = 1.0, 0.0, 0.0
        for quarter in range(r1.QUARTERS):
            value += net[quarter] * weight
            slope -= quarter * net[quarter] * weight
            weight *= step
        slope *= step
        if value > 0.0:
            low = rate
        else:
            high = rate
        following = rate - value / slope
        if not low < following < high:
            following = 0.5 * (low + high)
        if abs(following - rate) < 1e-12:
            rate = following
            break
        rate = following
    return (1.0 + rate) ** 4 - 1.0


@numba.njit(cache=True)
def simulate(rng, paths, found, ends):
    """`paths` paths into rows of TVPI, DPI and IRR, and of ends."""
    upto = np.empty((r1.QUARTERS, r1.STAGES, 3))
    calls = np.empty((r1.FUNDS, r1.QUARTERS))
    proceeds = np.empty((r1.FUNDS, r1.QUARTERS))
    net = np.empty(r1.QUARTERS)
    for path in range(paths):
        thresholds(rng, upto)
        held = live(rng, upto, calls, proceeds, ends[path])
        paid_in, paid_out = waterfall(calls, proceeds, net)
        net[r1.QUARTERS - 1] += held
        found[path, 0] = (paid_out + held) / paid_in
        found[path, 1] = paid_out / paid_in
        found[path, 2] = yearly_irr(net)


def main():
    paths = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    found, ends = np.empty((paths, 3)), np.zeros((paths, 4), dtype=np.int64)
    simulate(np.random.Generator(np.random.SFC64(0)), 1, found, ends)  # compiles, or loads what was compiled
    starts = range(0, paths, PATHS_EACH)
    seeds = np.random.SeedSequence(seed).spawn(len(starts))
    began = time.process_time()
    for start, own in zip(starts, seeds):
        end = min(paths, start + PATHS_EACH)
        rng = np.random.Generator(np.random.SFC64(own))
        simulate(rng, end - start, found[start:end], ends[start:end])
    r1.report(paths, time.process_time() - began, *found.T, ends)


if __name__ == "__main__":
    main()
