"""Tests of the application channel."""
