"""Work that outlives a page: loading, deleting, rebuilding."""
