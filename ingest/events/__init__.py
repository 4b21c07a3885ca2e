"""Attributes of telemetry to canonical events and metric points."""
