from tests.old_clocks import old_store
from tests.ui.apps import open_app, team, unpriced

__all__ = ["old_store", "open_app", "team", "unpriced"]
