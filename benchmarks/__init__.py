"""Measure what DESIGN promises, as ratios side by side in one run where a ratio is possible."""
