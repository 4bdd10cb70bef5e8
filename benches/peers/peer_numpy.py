"""R1 as a NumPy user would write it: whole arrays of companies, stage after stage, a few paths at a time.

    python peer_numpy.py [PATHS] [SEED]
"""

import sys
import time

import numpy as np

import workload as r1

BATCH = 4  # paths at a time: more fall out of the cache


def cycles(rng, batch):
    """The cycle by path and quarter."""
    shocks = rng.standard_normal((batch, r1.QUARTERS))
    cycle = shocks.copy()
    for quarter in range(1, r1.QUARTERS):
        cycle[:, quarter] = r1.PERSISTENCE * cycle[:, quarter - 1] + r1.SHOCK * shocks[:, quarter]
    return cycle


def thresholds(cycle):
    """Cumulative weights of graduating, failing and selling; one row for each path, quarter and stage."""
    weights = r1.WEIGHTS * np.exp(r1.BETA * cycle[:, :, None])[:, :, None, :]
    weights /= weights.sum(-1, keepdims=True)
    upto = np.cumsum(weights, -1)[..., :3].reshape(-1, 3)
    return [np.ascontiguousarray(column) for column in upto.T]


def live(rng, batch):
    """Calls and proceeds by quarter (rows) and fund of each path (columns); what is held at the term; ends."""
    upto = thresholds(cycles(rng, batch))
    count = batch * r1.COMPANIES
    cells = batch * r1.FUNDS * r1.QUARTERS
    years = rng.random(count) * r1.INVESTING_YEARS
    fund = np.repeat(np.arange(batch * r1.FUNDS), r1.COMPANIES_EACH)
    value = np.full(count, r1.FIRST_STAKE)
    calls = np.bincount(fund * r1.QUARTERS + (4.0 * years).astype(np.int64), minlength=cells).astype(float)
    proceeds = np.zeros(cells)
    held = np.zeros(batch)
    ends = np.zeros((batch, 4), dtype=np.int64)
    for stage in range(r1.STAGES):
        if stage == 0:
            years += r1.SEED_WAIT_MEAN * rng.standard_exponential(years.size)
        else:
            years += r1.WAIT_MEDIAN[stage] * np.exp(r1.WAIT_SIGMA * rng.standard_normal(years.size))
        ended = years >= r1.YEARS
        path = fund[ended] // r1.FUNDS
        held += np.bincount(path, weights=value[ended], minlength=batch)
        ends[:, 3] += np.bincount(path, minlength=batch)
        years, fund, value = (column[~ended] for column in (years, fund, value))
        quarter = (4.0 * years).astype(np.int64)
        path = fund // r1.FUNDS
        row = (path * r1.QUARTERS + quarter) * r1.STAGES + stage
        u = rng.random(years.size)
        event = (u >= upto[0][row]).astype(np.int64) + (u >= upto[1][row]) + (u >= upto[2][row])
        ends[:, :3] += np.bincount(path * 4 + event, minlength=4 * batch).reshape(batch, 4)[:, 1:]
        sold = event >= r1.SALE
        price = np.where(event[sold] == r1.LISTING, r1.LISTING_FACTOR, 1.0) * value[sold]
        proceeds += np.bincount(fund[sold] * r1.QUARTERS + quarter[sold], weights=price, minlength=cells)
        goes_on = event == r1.GRADUATE
        years, fund = years[goes_on], fund[goes_on]
        step = np.exp(r1.STEP_UP_SIGMA * rng.standard_normal(years.size))
        value = value[goes_on] * (r1.STEP_UP_MEDIAN * r1.KEPT_IN_ROUND) * step
    by_quarter = (column.reshape(-1, r1.QUARTERS).T.copy() for column in (calls, proceeds))
    return (*by_quarter, held, ends)


def waterfall(calls, proceeds, batch):
    """Net flows of all LPs by path and quarter; what they paid in and got back by path."""
    calls[: r1.FEE_QUARTERS] += r1.QUARTERLY_FEE
    owed, called, to_lps, to_gp = np.zeros((4, calls.shape[1]))
    net = np.empty((batch, r1.QUARTERS))
    for quarter in range(r1.QUARTERS):
        call = calls[quarter]
        owed *= r1.HURDLE
        owed += call
        called += call
        lps = np.minimum(proceeds[quarter], owed)
        owed -= lps
        rest = proceeds[quarter] - lps
        profit = np.maximum(to_lps + lps - called, 0.0)
        catch_up = np.minimum(rest, np.maximum(r1.CATCH_UP * profit - to_gp, 0.0))
        rest -= catch_up
        lps += (1.0 - r1.CARRY) * rest
        to_gp += catch_up + r1.CARRY * rest
        to_lps += lps
        net[:, quarter] = (lps - call).reshape(batch, -1).sum(1)
    return net, called.reshape(batch, -1).sum(1), to_lps.reshape(batch, -1).sum(1)


def yearly_irr(net):
    """Newton's method on the quarterly rates of all paths at once, kept inside shrinking brackets."""
    low, high, rate = (np.full(len(net), start) for start in (-0.5, 1.0, 0.02))
    quarters = np.arange(r1.QUARTERS)
    for _ in range(60):
        present = net * (1.0 + rate[:, None]) ** -quarters
        value = present.sum(1)
        slope = -(present * quarters).sum(1) / (1.0 + rate)
        low, high = np.where(value > 0.0, rate, low), np.where(value > 0.0, high, rate)
        following = rate - value / slope
        inside = (low < following) & (following < high)
        following = np.where(inside, following, 0.5 * (low + high))
        settled = np.abs(following - rate) < 1e-12
        rate = following
        if settled.all():
            break
    return (1.0 + rate) ** 4 - 1.0


def simulate(rng, batch):
    """TVPI, DPI and IRR of `batch` paths, and their ends."""
    calls, proceeds, held, ends = live(rng, batch)
    net, paid_in, paid_out = waterfall(calls, proceeds, batch)
    net[:, -1] += held
    return (paid_out + held) / paid_in, paid_out / paid_in, yearly_irr(net), ends


def main():
    paths = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    starts = range(0, paths, BATCH)
    seeds = np.random.SeedSequence(seed).spawn(len(starts))
    began = time.process_time()
    found = [
        simulate(np.random.Generator(np.random.SFC64(own)), min(BATCH, paths - start))
        for start, own in zip(starts, seeds)
    ]
    cpu = time.process_time() - began
    r1.report(paths, cpu, *(np.concatenate(part) for part in zip(*found)))


if __name__ == "__main__":
    main()
