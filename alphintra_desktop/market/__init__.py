"""Market data: bars in memory, immutable Parquet files named by content, the catalog that says
what there is, and importing. The only package that speaks DuckDB. May import `ir` (for the names
of timeframes), `errors` and `report`."""
