"""The SaaS data set: records, rollups, deletion."""
