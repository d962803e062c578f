"""Tests of channels: payment, application and conditional ones, watchtowers, many parties."""
