"""polars: python read_polars.py RESULTS"""
import sys
from pathlib import Path

import polars as pl

folder = Path(sys.argv[1])

paths = pl.scan_parquet(folder / "paths.parquet")
print(
    paths.select(
        pl.col("leverage.consolidated").mean().alias("leverage"),
        (pl.col("leverage.consolidated") >= 10).mean().alias("reached"),
        pl.col("national.dpi").quantile(0.05, "lower").alias("dpi_p5"),
        pl.corr("leverage.consolidated", "national.dpi").alias("correlation"),
    ).collect()
)

curves = pl.read_csv(folder / "curves.csv", infer_schema_length=None)
print(curves.filter((pl.col("series") == "national.nav") & (pl.col("period") == "year")).tail(3))
