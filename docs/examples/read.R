# Base R: Rscript read.R RESULTS, where RESULTS was written with --paths-format csv.
folder <- commandArgs(trailingOnly = TRUE)[1]

paths <- read.csv(file.path(folder, "paths.csv"), check.names = FALSE)
print(quantile(paths[["national.dpi"]], c(0.05, 0.5, 0.95)))
print(mean(paths[["leverage.consolidated"]] >= 10))

# The summary has a byte order mark for Excel.
summary <- read.csv(file.path(folder, "summary.csv"), fileEncoding = "UTF-8-BOM",
                    check.names = FALSE, row.names = "metric")
print(summary["national.dpi", c("label_en", "mean", "p5", "p50", "p95")])

curves <- read.csv(file.path(folder, "curves.csv"))
calls <- subset(curves, series == "national.calls")
print(tapply(calls$mean, ceiling(calls$end_year), sum) / 1e8)
