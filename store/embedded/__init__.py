"""The embedded MongoDB-compatible server: a child process that clients share."""
