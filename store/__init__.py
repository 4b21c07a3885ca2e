"""Storage: events, what is derived from them, people, prices and the SaaS data set."""
