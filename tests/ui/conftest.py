from tests.ui.apps import open_app, team, unpriced

__all__ = ["open_app", "team", "unpriced"]
