"""How it runs for real: the checkers, traces, reports and the command line."""
