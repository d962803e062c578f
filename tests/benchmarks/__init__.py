"""Speed, shown as ratios that were taken in one run: `python -m tests.benchmarks`."""
