"""Parts that several pages use: figures, tables, cards, labels."""
