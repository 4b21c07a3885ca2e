"""OTLP over HTTP: decode, map, write."""
