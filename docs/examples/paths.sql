-- DuckDB: run from a folder of results, `duckdb < paths.sql`. Money is in yuan.
-- How often the target is reached, and what comes back where it is and where it is not.
SELECT "leverage.consolidated" >= 10         AS reached,
       count(*)                              AS paths,
       round(median("national.dpi"), 3)      AS dpi_p50,
       round(quantile_cont("fiscal.npv", 0.05) / 1e8, 1) AS npv_p5_yi
FROM 'paths.parquet'
GROUP BY reached
ORDER BY reached;

-- The seed, the scenario's fingerprint and the version behind the file.
SELECT decode(value) AS provenance
FROM parquet_kv_metadata('paths.parquet')
WHERE decode(key) = 'tierfund.provenance';

-- The treasury's calls by year: the mean of quarters, added up.
SELECT ceil(end_year) AS year, round(sum(mean) / 1e8, 1) AS yi
FROM 'curves.csv'
WHERE series = 'national.calls'
GROUP BY year
ORDER BY year;
