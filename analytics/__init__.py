"""Tokenflow as a library: connect to a store, choose a scope, ask questions.

Every question takes ``(db, filters)`` and answers with a frame whose columns
never depend on the data, or with one value of named fields.

Examples
--------
>>> from datetime import date
>>> from analytics import Filters, connect, cost_by_model
>>> cost_by_model(connect(), Filters(date(2026, 11, 1), date(2026, 12, 1)))
"""

import lazy_loader

# What there is stands in __init__.pyi, for readers, type checkers and here alike. A command that
# only loads data should not wait for pandas, which questions need.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
