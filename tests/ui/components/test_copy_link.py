from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest

from ui.components.copy_link import ASSETS


def page() -> None:
    from ui.components.copy_link import copy_link

    copy_link()


def test_button_is_drawn():
    app = AppTest.from_function(page).run()
    assert not app.exception
    assert len(app.get("bidi_component")) == 1


def test_button_makes_no_outbound_request():
    parts = [path.read_text("utf-8") for path in ASSETS.glob("copy_link.*")]
    assert len(parts) == 3
    assert not any(re.search(r"https?://|import |fetch|url\(", part) for part in parts)
