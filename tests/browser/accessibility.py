"""What axe finds on a page, without what only Streamlit could mend."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}

STREAMLIT = {
    # The sparkline of a metric is Streamlit's own drawing. It holds a group for the points
    # under the mouse that has the role of a picture and no name. ``:empty``: while nothing
    # is drawn there, nothing is withheld from anybody.
    "svg-img-alt": "[data-testid=stMetricChart] g[class*=_highlighted_points_marks]:empty",
}
"""By rule, the only elements on which a violation is not ours."""

_IS_THEIRS = """([target, selector]) => {
  const found = document.querySelectorAll(target);
  return found.length === 1 && found[0].matches(selector);
}"""


def violations(page: Page) -> list[str]:
    """Return what breaks WCAG 2.2 AA on a page and is ours: rule, element, what is wrong."""
    found = Axe().run(page, options=_OPTIONS).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
        if not _is_streamlits(page, rule["id"], node["target"])
    ]


def _is_streamlits(page: Page, rule: str, target: list) -> bool:
    # A target of several parts lies in a frame or a shadow tree: never one of these
    if rule not in STREAMLIT or len(target) != 1 or not isinstance(target[0], str):
        return False
    return bool(page.evaluate(_IS_THEIRS, [target[0], STREAMLIT[rule]]))
