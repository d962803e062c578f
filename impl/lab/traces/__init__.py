"""Runs that are kept: their files, and what they do under rules that are asked for."""
