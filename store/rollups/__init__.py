"""Documents derived from events: daily and monthly rollups, sessions, users."""
