"""Every page in both themes conforms to WCAG 2.2 AA."""

from __future__ import annotations

import pytest

from tests.browser.accessibility import violations
from tests.browser.pages import NAMES, Paths
from tests.browser.servers import Server
from tests.browser.visits import Open, visit

pytestmark = pytest.mark.browser

BACKGROUND = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"


@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_accessible_in_both_themes(
    demo: Server, paths: Paths, open_context: Open, name: str
):
    seen = visit(open_context(), demo).go(demo.url + paths[name])
    assert seen.page.evaluate(BACKGROUND) == "rgb(255, 255, 255)"
    assert violations(seen.page) == []

    seen.page.emulate_media(color_scheme="dark")
    seen.page.wait_for_function(f"{BACKGROUND} === 'rgb(16, 20, 28)'")
    seen.settle()
    assert violations(seen.page) == []
    seen.all_is_well()


def test_violations_are_detected(demo: Server, open_context: Open):
    seen = visit(open_context(), demo).go(demo.url)
    seen.page.evaluate(
        """() => {
          const card = document.querySelector('[data-testid=stVegaLiteChart] svg');
          card.setAttribute('role', 'img');
          document.querySelector('[data-testid=stMain] h1').style.color = '#eee';
          document.querySelector('[data-testid=stHtml] img').removeAttribute('alt');
          document.querySelector('[data-testid=stHtml] img').removeAttribute('title');
        }"""
    )
    rules = sorted(broken.partition(":")[0] for broken in violations(seen.page))
    assert rules == ["color-contrast", "image-alt", "svg-img-alt"]


def test_preference_for_a_dark_page_is_followed(demo: Server, open_context: Open):
    seen = visit(open_context(color_scheme="dark"), demo).go(demo.url)
    assert seen.page.evaluate(BACKGROUND) == "rgb(16, 20, 28)"
    seen.all_is_well()
