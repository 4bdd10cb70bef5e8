"""pandas (with pyarrow): python read_pandas.py RESULTS"""
import json
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

folder = Path(sys.argv[1])

paths = pd.read_parquet(folder / "paths.parquet")
print(paths[["leverage.consolidated", "national.dpi", "national.irr"]].describe())

# A missing value (an IRR that does not exist) is NaN; its unit stands in the file.
metadata = pq.read_metadata(folder / "paths.parquet").metadata
units = json.loads(metadata[b"tierfund.units"])
print("national.irr is in", units["national.irr"], "and missing on", paths["national.irr"].isna().sum(), "paths")

# The summary has a byte order mark for Excel, which pandas drops.
summary = pd.read_csv(folder / "summary.csv", index_col="metric")
print(summary.loc["national.dpi", ["label_zh", "mean", "p5", "p50", "p95"]])

# The J-curve: mean by quarter, spread by year.
curves = pd.read_csv(folder / "curves.csv")
net = curves[curves.series == "national.net_cumulated"]
print(net[net.period == "year"].set_index("end_year")[["p5", "p50", "p95"]] / 1e8)

# The one object that holds everything else.
result = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
print(result["probabilities"]["leverage.consolidated>=10"])
