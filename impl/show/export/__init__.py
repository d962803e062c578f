"""A kept run in forms that outlive the laboratory: a test, a trace for other tools, a drawing."""
