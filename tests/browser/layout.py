"""Measure in the browser whether everything on a page is visible."""

from __future__ import annotations

from itertools import pairwise

from playwright.sync_api import Page

# Text that overflows a box with hidden overflow: half of a card's label, the last letters
# of an axis. Tables are drawn on a canvas, which has no text nodes.
_CUT = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  const words = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  const hides = value => value === 'hidden' || value === 'clip';
  const found = [];
  while (words.nextNode()) {
    const text = words.currentNode, parent = text.parentElement;
    if (!text.data.trim() || !parent.checkVisibility({opacityProperty: true})) continue;
    if (parent.closest('canvas')) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const own = range.getBoundingClientRect();
    // Text for screen readers only is one pixel wide
    if (own.width < 2) continue;
    for (let box = parent; box !== main; box = box.parentElement) {
      const style = getComputedStyle(box), edge = box.getBoundingClientRect();
      if (edge.width < 2) break;
      const x = hides(style.overflowX) && (own.right > edge.right + 1 || own.left < edge.left - 1);
      const y = hides(style.overflowY) && (own.bottom > edge.bottom + 1 || own.top < edge.top - 1);
      if (x || y) {
        found.push(`"${text.data.trim().slice(0, 60)}" in ${box.dataset.testid ?? box.tagName}`);
        break;
      }
    }
  }
  return found;
}"""

_TOO_WIDE = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  const whole = document.documentElement;
  return [whole, main].some(part => part.scrollWidth > part.clientWidth);
}"""


def cut_off(page: Page) -> list[str]:
    """Return the texts of a page that are cut off, each with the box that cuts it."""
    return list(page.evaluate(_CUT))


def scrolls_sideways(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    return bool(page.evaluate(_TOO_WIDE))


_ROWS_OF_CARDS = """() => {
  const blocks = document.querySelectorAll('[data-testid=stMain] [data-testid=stVerticalBlock]');
  const cards = [...blocks].filter(block => getComputedStyle(block).borderTopStyle === 'solid');
  const rows = new Map();
  for (const {top, bottom} of cards.map(card => card.getBoundingClientRect()))
    rows.set(top, Math.max(bottom, rows.get(top) ?? 0));
  return [...rows].sort(([a], [b]) => a - b);
}"""


def gaps_between_cards(page: Page) -> list[float]:
    """Return the gaps between the rows of cards of a page, from top to bottom."""
    rows = page.evaluate(_ROWS_OF_CARDS)
    return [round(below[0] - above[1], 1) for above, below in pairwise(rows)]


_COVERED = """() => {
  const boxes = id => [...document.querySelectorAll(`[data-testid=${id}]`)]
    .map(part => part.getBoundingClientRect());
  const bars = boxes('stElementToolbar');
  return boxes('stPopoverButton').filter(({left, right, top, bottom}) => bars.some(bar =>
    left < bar.right && bar.left < right && top < bar.bottom && bar.top < bottom)).length;
}"""


def controls_covered(page: Page) -> int:
    """Count the buttons under Streamlit's toolbar while the mouse is over a chart."""
    return int(page.evaluate(_COVERED))
