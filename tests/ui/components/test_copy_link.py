from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest

from ui.components.copy_link import ASSETS


def page() -> None:
    from ui.components.copy_link import copy_link

    copy_link()


def test_a_page_has_one_button_that_copies_its_link():
    app = AppTest.from_function(page).run()
    assert not app.exception
    assert len(app.get("bidi_component")) == 1


def test_the_button_loads_nothing_from_elsewhere():
    parts = [path.read_text("utf-8") for path in ASSETS.glob("copy_link.*")]
    assert len(parts) == 3
    assert not any(re.search(r"https?://|import |fetch|url\(", part) for part in parts)
