"""Campaigns: fuzzing for hours, guided by what is new, with a corpus that stays on disk."""
