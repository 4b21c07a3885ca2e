from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest

from charts.shared.palette import HUES, ROLES, TOKEN_KINDS, color_scale, role_scale, token_scale
from ui.components import sparkline

THEME = tomllib.loads(
    (Path(__file__).parents[3] / ".streamlit" / "config.toml").read_text("utf-8")
)["theme"]

# Machado, Oliveira and Fernandes (2009), complete loss of one kind of cone
SEEN_BY = {
    "everybody": np.eye(3),
    "protanopes": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopes": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}


def linear(color: str) -> np.ndarray:
    channels = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (high + 0.05) / (low + 0.05)


TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def oklab(rgb: np.ndarray) -> np.ndarray:
    return TO_LAB @ np.cbrt(TO_LMS @ np.clip(rgb, 0, 1))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_colour_stands_out_from_its_background(mode):
    theme = THEME[mode]
    for color in theme["chartCategoricalColors"]:
        assert contrast(color, theme["backgroundColor"]) >= 3, color


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_and_links_are_legible(mode):
    theme = THEME[mode]
    for surface in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(theme["textColor"], theme[surface]) >= 7
        assert contrast(theme["linkColor"], theme[surface]) >= 4.5


@pytest.mark.parametrize("who", SEEN_BY)
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_no_two_hues_look_alike(mode, who):
    seen = [oklab(SEEN_BY[who] @ linear(c)) for c in THEME[mode]["chartCategoricalColors"][:HUES]]
    # The palette of Okabe and Ito comes to 0.076 in this measure.
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) >= 0.08


def test_both_themes_have_the_same_number_of_colours():
    assert [len(THEME[mode]["chartCategoricalColors"]) for mode in ("light", "dark")] == [9, 9]


def place(scale, name: str) -> int:
    return scale["domain"].index(name) % (HUES + 1)


def test_a_role_keeps_its_colour_whoever_else_is_on_the_chart():
    alone, together = role_scale(["devops"]), role_scale([*ROLES, "designer"])
    assert place(alone, "devops") == place(together, "devops") == ROLES.index("devops")


def test_a_stranger_keeps_its_colour_when_all_names_are_passed():
    everybody = ["designer", "writer", "auditor"]
    assert place(role_scale(everybody), "writer") == place(
        role_scale([*everybody, *ROLES]), "writer"
    )


def test_whoever_has_no_name_is_grey():
    scale = color_scale(["unknown", "other", "a", "b"])
    assert {place(scale, "unknown"), place(scale, "other")} == {HUES}


def test_no_named_thing_is_grey_however_many_there_are():
    names = [f"model-{i:02}" for i in range(25)]
    scale = color_scale(names)
    assert HUES not in {place(scale, name) for name in names}


def test_every_kind_of_token_has_a_colour():
    assert token_scale()["domain"] == list(TOKEN_KINDS.values())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_courses_of_headline_numbers_are_seen_on_every_page(theme):
    assert contrast(sparkline.COLOR, THEME[theme]["backgroundColor"]) >= 3
