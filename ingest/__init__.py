"""Sources to canonical documents to the store: one module per source, the same shape each."""
