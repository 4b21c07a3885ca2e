"""The frame of every page: its title, its scope, and what stands there when something is wrong."""

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
from ui.components.copy_link import copy_link
from ui.components.drilldown import go_where_wanted
from ui.components.format import days, moment, plural
from ui.components.toast import show_toast
from ui.jobs.panel import show_running
from ui.jobs.recovery import show_repair
from ui.scope import Scope

_log = logging.getLogger("tokenflow")


@dataclass(frozen=True)
class Page:
    """What a page works with.

    Attributes
    ----------
    db : pymongo.database.Database
        The store to ask.
    filters : Filters
        What the sidebar selects.
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
        """What changes are against, for a reader; empty if there is no previous period."""
        return comparison(self.previous) + self._silence() if self.previous else ""

    def _silence(self) -> str:
        """Say that the latest days have no data: what changes then is how much there is."""
        last_at = self.scope.last_at
        if last_at is None:
            return ""
        first = max(last_at.date() + timedelta(days=1), self.filters.start)
        silent = (min(self.filters.end, self.scope.today) - first).days
        if silent < 1:
            return ""
        before_today = " before today" if self.partial_day else ""
        have = "has" if silent == 1 else "have"
        return f" The last {plural(silent, 'day')}{before_today} {have} no data yet."

    def guard(self, events: int) -> None:
        """Stop here, with a way on, if there is nothing to draw."""
        if self.scope.is_empty:
            empty_states.welcome()
        elif not events:
            empty_states.nothing_matches(self.scope)
        else:
            return
        st.stop()


def comparison(previous: Filters | None) -> str:
    """Say what changes are against; empty if there is no previous period."""
    if not previous:
        return ""
    period = days(previous.start, previous.end)
    return f"Changes are against {period}, the equally long period before."


def open_page(
    title: str,
    question: str,
    is_filtered: bool = True,
    fresh: Callable[[Scope], str] | None = None,
) -> Page:
    """Draw the frame of a page and return what the page works with.

    Parameters
    ----------
    title : str
        Its name, for the tab of the browser.
    question : str
        What it answers, for its heading.
    is_filtered : bool
        Whether it heeds the filters; else it is about the whole store.
    fresh : callable, optional
        Says until when there is data, on a page about other data than telemetry.
    """
    go_where_wanted(title)
    scope = Scope.current()
    filters = scope.filters
    st.set_page_config(page_title=f"{title} · Tokenflow")
    st.title(question, anchor=False)
    # Other data than telemetry has days, but no roles
    words = _filter_words(scope)[: 1 if fresh else None] if is_filtered else []
    _scope_line(scope, words, fresh)
    # Always a container: else all that follows would be built anew when the warning goes
    with st.container():
        if is_filtered and scope.warning:
            st.warning(scope.warning)
    show_toast()
    show_running()
    show_repair()
    return Page(scope.db, filters, scope.previous(), scope)


@contextmanager
def guarded() -> Iterator[None]:
    """Turn whatever goes wrong inside into a page that says so and what to do next."""
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
        empty_states.broken(_reported(error))


def explain_script_error(error: Exception) -> bool:
    """Draw the same page for what fails outside of a guarded block, such as a callback."""
    with guarded():
        raise error
    return True


def _reported(error: Exception) -> str:
    """Log an error and return the reference under which the log has it."""
    reference = secrets.token_hex(4)
    _log.error("Error %s", reference, exc_info=error)
    return reference


def _telemetry_until(scope: Scope) -> str:
    return f"last event {moment(scope.last_at, scope.today)}" if scope.last_at else "no data yet"


def _scope_line(scope: Scope, words: list[str], fresh: Callable[[Scope], str] | None) -> None:
    until = fresh(scope) if fresh else _telemetry_until(scope)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(" · ".join([*words, f"Days in {scope.zone_name}", until]), width="content")
        if scope.demo_words and not fresh:
            st.badge(scope.demo_words, icon=":material/science:", color="orange")
        copy_link()


def _filter_words(scope: Scope) -> list[str]:
    start, end = scope.filters.start, scope.filters.end
    words = [f"**{days(start, end)}** ({plural((end - start).days, 'day')})"]
    return words + [f"{len(chosen)} {noun}" for noun, chosen in scope.narrowed()]
