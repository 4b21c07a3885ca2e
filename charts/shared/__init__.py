"""Specs, theme, palette and labels of all charts."""
