"""Frame of every page: title, scope, freshness, running jobs and errors."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st
from pymongo.database import Database
from pymongo.errors import PyMongoError

from analytics import Filters
from store.errors import FilterError, PriceError, StoreError
from store.failures import brief
from ui import empty_states
from ui.components.chips import chips
from ui.components.copy_link import copy_link
from ui.components.drilldown import open_pending_link
from ui.components.format import days, literal, moment, plural
from ui.components.toast import show_toast
from ui.jobs.panel import show_running
from ui.jobs.recovery import show_recovery
from ui.scope import Scope

_log = logging.getLogger("tokenflow")


@dataclass(frozen=True)
class Page:
    """What a page works with.

    Attributes
    ----------
    db : pymongo.database.Database
        The store to query.
    filters : Filters
        What the sidebar selects, narrowed by the page itself where it can be.
    previous : Filters or None
        The equally long period before; None if the store does not reach back that far.
    scope : Scope
        What there is to select, and how fresh it is.
    """

    db: Database
    filters: Filters
    previous: Filters | None
    scope: Scope

    @property
    def partial_day(self) -> date | None:
        """The day in scope that is not over."""
        today = self.scope.today
        return today if self.filters.start <= today < self.filters.end else None

    @property
    def comparison(self) -> str:
        """The period that changes are against, in words; empty if there is none."""
        return comparison(self.previous) + self._missing_days() if self.previous else ""

    def _missing_days(self) -> str:
        """Name the latest days without data, which lower the numbers of the period."""
        last_at = self.scope.last_at
        if last_at is None:
            return ""
        first = max(last_at.date() + timedelta(days=1), self.filters.start)
        missing = (min(self.filters.end, self.scope.today) - first).days
        if missing < 1:
            return ""
        before_today = " before today" if self.partial_day else ""
        have = "has" if missing == 1 else "have"
        return f" The last {plural(missing, 'day')}{before_today} {have} no data yet."

    def guard(self, events: int) -> None:
        """Stop the page, with a next step, if there is nothing to draw."""
        if self.scope.is_empty:
            empty_states.welcome()
        elif not events:
            empty_states.nothing_matches(self.scope)
        else:
            return
        st.stop()


def comparison(previous: Filters | None) -> str:
    """Name the period that changes are against; empty if there is none."""
    if not previous:
        return ""
    start, end = previous.start, previous.end
    length = (end - start).days
    span = "day" if length == 1 else f"{length} days"
    return f"vs. previous {span} ({days(start, end)})."


def open_page(
    title: str,
    *,
    heading: str | Callable[[Database], str] = "",
    is_filtered: bool = True,
    narrow: Callable[[Filters], Filters] | None = None,
    freshness: Callable[[Database], tuple[str, str]] | None = None,
) -> Page:
    """Draw the frame of a page and return what the page works with.

    Parameters
    ----------
    title : str
        Name of the page in the navigation.
    heading : str or callable, optional
        What the page is about, where that is not its name; also the title of the browser's tab.
    is_filtered : bool
        Whether the filters apply; else the page is about the whole store.
    narrow : callable, optional
        Narrows the filters further by what the address of this page names.
    freshness : callable, optional
        Returns the latest data and the demo badge of a page about the SaaS data set.
    """
    open_pending_link(title)
    scope = Scope.current()
    filters = narrow(scope.filters) if narrow else scope.filters
    name = (heading if isinstance(heading, str) else heading(scope.db)) or title
    st.set_page_config(page_title=f"{name} · Tokenflow")
    st.title(literal(name), anchor=False)
    _scope_line(scope, _period_words(filters) if is_filtered else "", freshness)
    chips(scope, title)
    # Always a container: without it the browser rebuilds the page when the warning disappears
    with st.container():
        if is_filtered and scope.warning:
            st.warning(scope.warning)
    show_toast()
    show_running()
    show_recovery()
    return Page(scope.db, filters, scope.before(filters), scope)


@contextmanager
def guarded() -> Iterator[None]:
    """Replace an error by an explanation and the next step."""
    try:
        yield
    except PriceError as error:
        empty_states.prices_unreadable(str(error))
    except StoreError as error:
        _log.warning("%s", error)
        empty_states.store_is_down(str(error))
    except PyMongoError as error:
        _log.error("The store failed: %s", brief(error))
        empty_states.store_is_down("The store stopped answering.")
    except FilterError as error:
        empty_states.invalid_filters(str(error))
    except Exception as error:
        empty_states.page_failed(_log_error(error))


def explain_script_error(error: Exception) -> bool:
    """Explain an error outside of a guarded block, such as in a callback."""
    with guarded():
        raise error
    return True


def _log_error(error: Exception) -> str:
    """Log an error and return its reference in the log."""
    reference = secrets.token_hex(4)
    _log.error("Error %s", reference, exc_info=error)
    return reference


def _last_event(scope: Scope) -> str:
    return f"Last event {moment(scope.last_at, scope.today)}" if scope.last_at else "No data yet"


def _scope_line(
    scope: Scope, period: str, freshness: Callable[[Database], tuple[str, str]] | None
) -> None:
    last, badge = freshness(scope.db) if freshness else (_last_event(scope), scope.demo_label)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        words = filter(None, [period, f"Days in {scope.zone_name}", last])
        st.caption(" · ".join(words), width="content")
        if badge:
            st.badge(badge, icon=":material/science:", color="orange")
        copy_link()


def _period_words(filters: Filters) -> str:
    start, end = filters.start, filters.end
    return f"**{days(start, end)}** ({plural((end - start).days, 'day')})"
