"""Raw events and metric points in their buckets."""
