"""Where documents go: the store, or a dry run."""
