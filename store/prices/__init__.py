"""List prices and price overrides."""
