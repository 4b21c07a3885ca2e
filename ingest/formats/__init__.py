"""One module per file format: records to canonical documents."""
