"""Running and latest job on the pages, and starting one."""

from __future__ import annotations

import time
from typing import Literal

import streamlit as st

from ui.components.format import exact, literal, percent, plural, seconds
from ui.components.toast import toast
from ui.jobs.runner import Job, Work, jobs
from ui.jobs.tasks import DataSet, load_demo

_OUTCOME: dict[str, tuple[str, Literal["green", "red", "orange"]]] = {
    "done": (":material/check_circle:", "green"),
    "failed": (":material/error:", "red"),
    "cancelled": (":material/cancel:", "orange"),
}


def begin(title: str, work: Work, done: str = "") -> None:
    """Start a job, or report that one is running; for callbacks."""
    if jobs().start(title, work, done) is None:
        toast("Another job is running. Wait until it ends, or cancel it.", is_error=True)


def is_busy() -> bool:
    """Return whether a job is running."""
    job = jobs().latest
    return bool(job and job.is_running)


def offer_demo_data() -> None:
    """Draw the button that loads the demo data set."""
    st.button(
        "Load demo data",
        type="primary",
        icon=":material/play_arrow:",
        key="load-demo",
        disabled=is_busy(),
        on_click=begin,
        args=("Loading demo data", load_demo(DataSet()), "Demo data loaded"),
    )


def show_running(place: str = "top") -> None:
    """Draw the running job, if there is one, with its progress.

    Parameters
    ----------
    place : str
        Distinguishes several on one page.
    """
    job = jobs().latest
    if job and job.is_running:
        st.fragment(_progress, run_every=0.7)(job.key, place)


def show_latest() -> None:
    """Draw how the last job ended."""
    job = jobs().latest
    if job is None or job.is_running:
        return
    icon, color = _OUTCOME[job.state]
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.badge(job.state.capitalize(), icon=icon, color=color)
        st.markdown(outcome(job))
        if job.state == "done" and job.counts.get("inserted"):
            st.page_link(
                "../pages/overview.py", label="Open Overview", icon=":material/monitoring:"
            )


def outcome(job: Job) -> str:
    """Describe in one line how a job ended."""
    took = seconds((job.ended_at or time.time()) - job.started_at)
    words = [f"**{job.done if job.state == 'done' else job.title}** · {took}"]
    words += [f"{exact(job.counts[key])} {key}" for key in _counted(job)]
    if job.message:
        words.append(literal(job.message))
    elif job.state == "cancelled":
        words.append("Events stored before the cancellation remain; import again to add the rest.")
    return " · ".join(words)


def _progress(key: str, place: str) -> None:
    job = jobs().latest
    if job is None or job.key != key or not job.is_running:
        _announce(job)
        st.rerun()
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.progress(job.fraction or 0.0, text=_now(job))
        st.button(
            "Cancel",
            key="cancel-job" if place == "top" else f"cancel-job-{place}",
            icon=":material/close:",
            on_click=jobs().cancel,
        )


def _now(job: Job) -> str:
    share = f" · {percent(round(job.fraction, 2))}" if job.fraction is not None else ""
    return f"**{job.title}** · {literal(job.step)}{share} · {seconds(time.time() - job.started_at)}"


def _announce(job: Job | None) -> None:
    if job is None:
        return
    if job.state == "failed":
        toast(f"{job.title} failed. {literal(job.message)}", is_error=True)
    elif job.state == "cancelled":
        toast(f"{job.title} was cancelled.")
    else:
        toast(f"{job.done}. {_summary(job)}".strip())


def _summary(job: Job) -> str:
    """Describe in a few words what the job changed."""
    changes = [
        f"{plural(job.counts[key], 'event')} {key}" for key in _counted(job) if key != "read"
    ]
    return ", ".join(changes) + "." if changes else ""


def _counted(job: Job) -> list[str]:
    names = ("read", "inserted", "changed", "unchanged", "rejected", "deleted")
    return [name for name in names if job.counts.get(name)]
