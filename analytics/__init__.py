"""Tokenflow as a library: connect to a store, choose a scope, ask questions."""
