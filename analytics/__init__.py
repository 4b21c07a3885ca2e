"""Tokenflow as a library: connect to a store, choose a scope, ask questions.

Every question takes ``(db, filters)`` and answers with a frame whose columns
never depend on the data, or with one value of named fields.

Examples
--------
>>> from datetime import date
>>> from analytics import Filters, connect, cost_by_model
>>> cost_by_model(connect(), Filters(date(2026, 11, 1), date(2026, 12, 1)))
"""

from analytics.activity import (
    events_by_type,
    events_per_day,
    prompts_per_day,
    sessions_per_day,
)
from analytics.choices import FilterOptions, filter_options
from analytics.cost import cost_by_model, cost_per_day, cost_per_day_by_model
from analytics.errors import FilterError, SessionNotFound, StoreError, TokenflowError
from analytics.filters import Filters
from analytics.rhythm import activity_by_department, activity_by_weekday_hour, events_by_hour
from analytics.status import DataStatus, data_status
from analytics.store.connection import connect
from analytics.totals import Totals, headline_totals
from analytics.usage import tokens_by_role, tokens_per_day, tokens_per_day_by_role

__all__ = [
    "DataStatus",
    "FilterError",
    "FilterOptions",
    "Filters",
    "SessionNotFound",
    "StoreError",
    "TokenflowError",
    "Totals",
    "activity_by_department",
    "activity_by_weekday_hour",
    "connect",
    "cost_by_model",
    "cost_per_day",
    "cost_per_day_by_model",
    "data_status",
    "events_by_hour",
    "events_by_type",
    "events_per_day",
    "filter_options",
    "headline_totals",
    "prompts_per_day",
    "sessions_per_day",
    "tokens_by_role",
    "tokens_per_day",
    "tokens_per_day_by_role",
]
