"""The rules that somebody asks for: a rule set, with knobs turned or functions changed."""
