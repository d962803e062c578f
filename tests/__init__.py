"""The suites: one folder per part of the project, and the benchmarks."""
