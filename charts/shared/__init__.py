"""What all charts share: specs, theme, palette, labels."""
