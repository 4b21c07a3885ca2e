"""Button that copies the address of the page, with its filters."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).parents[1] / "assets"


def _part(ending: str) -> str:
    return (ASSETS / f"copy_link.{ending}").read_text("utf-8")


# Only the browser knows the current address: proxies and scripts may have changed it
_button = st.components.v2.component(
    "tokenflow_copy_link", html=_part("html"), css=_part("css"), js=_part("js")
)


def copy_link() -> None:
    """Draw the button that copies the address of the page."""
    _button(key="copy-link", width="content")
