"""The store: how events are kept, summed up and found again."""
