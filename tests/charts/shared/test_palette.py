from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest

from charts.retention import CELL_TEXT, LUMINANCE_OF_DARK_TEXT
from charts.shared.palette import HUES, ROLES, TOKEN_KINDS, color_scale, role_scale, token_scale
from charts.shared.theme import CONFIG, LABEL_COLORS
from ui.components import sparkline

THEME = tomllib.loads(
    (Path(__file__).parents[3] / ".streamlit" / "config.toml").read_text("utf-8")
)["theme"]

# Machado, Oliveira and Fernandes (2009), complete loss of one kind of cone
SEEN_BY = {
    "all three cones": np.eye(3),
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


# Weights of red, green and blue in the relative luminance of WCAG
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def rgb(color: str) -> np.ndarray:
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)])


def linear(color: str) -> np.ndarray:
    channels = rgb(color) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(linear(c) @ LUMINANCE) for c in (one, other))
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
def test_chart_colours_stand_out_from_the_background(mode):
    theme = THEME[mode]
    for color in theme["chartCategoricalColors"]:
        assert contrast(color, theme["backgroundColor"]) >= 3, color


# Level AA of WCAG 2.2 for text
AA = 4.5

PAGES = ("backgroundColor", "secondaryBackgroundColor")
TEXTS = {
    "textColor": (*PAGES, "dataframeHeaderBackgroundColor"),
    "linkColor": PAGES,
    "grayColor": ("backgroundColor",),
    "blueTextColor": ("blueBackgroundColor", "backgroundColor"),
    "codeTextColor": ("codeBackgroundColor",),
}
"""Text colours of the theme, and the backgrounds each is written on."""


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_texts_have_enough_contrast(mode, text):
    theme = THEME[mode]
    ratios = {surface: contrast(theme[text], theme[surface]) for surface in TEXTS[text]}
    assert min(ratios.values()) >= AA, ratios


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_texts_of_the_sidebar_have_enough_contrast(mode):
    theme = THEME[mode]
    for surface in theme["sidebar"].values():
        assert contrast(theme["textColor"], surface) >= AA
        assert contrast(theme["linkColor"], surface) >= AA


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_white_text_on_the_primary_colour_has_enough_contrast(mode):
    assert contrast("#FFFFFF", THEME[mode]["primaryColor"]) >= AA


def test_theme_has_no_other_text_colours():
    for mode in ("light", "dark"):
        named = {key for key in THEME[mode] if key.lower().endswith("textcolor")}
        assert named <= {*TEXTS}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_labels_of_charts_have_enough_contrast(mode):
    theme = THEME[mode]
    for surface in PAGES:
        assert contrast(LABEL_COLORS[mode], theme[surface]) >= AA


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_label_colours_are_chosen_by_the_background(mode):
    is_light = linear(THEME[mode]["backgroundColor"]) @ LUMINANCE > 0.5
    assert is_light == (mode == "light")
    assert CONFIG["axis"]["labelColor"]["expr"] == (
        f"luminance(background) > 0.5 ? '{LABEL_COLORS['light']}' : '{LABEL_COLORS['dark']}'"
    )


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_numbers_in_cells_have_enough_contrast(mode):
    stops = [rgb(color) for color in THEME[mode]["chartSequentialColors"]]
    for (start, end), share in itertools.product(itertools.pairwise(stops), np.linspace(0, 1, 50)):
        cell = "#" + "".join(f"{round(channel):02x}" for channel in start + (end - start) * share)
        is_dark_text = linear(cell) @ LUMINANCE > LUMINANCE_OF_DARK_TEXT
        assert contrast(cell, CELL_TEXT["dark" if is_dark_text else "light"]) >= AA, cell


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


def test_role_scale_keeps_the_colour_of_a_role():
    alone, together = role_scale(["devops"]), role_scale([*ROLES, "designer"])
    assert place(alone, "devops") == place(together, "devops") == ROLES.index("devops")


def test_role_scale_keeps_the_colour_of_an_unknown_role():
    roles = ["designer", "writer", "auditor"]
    assert place(role_scale(roles), "writer") == place(role_scale([*roles, *ROLES]), "writer")


def test_color_scale_draws_unnamed_values_in_grey():
    scale = color_scale(["unknown", "other", "a", "b"])
    assert {place(scale, "unknown"), place(scale, "other")} == {HUES}


def test_color_scale_draws_no_named_value_in_grey():
    names = [f"model-{i:02}" for i in range(25)]
    scale = color_scale(names)
    assert HUES not in {place(scale, name) for name in names}


def test_token_scale_has_every_type():
    assert token_scale()["domain"] == list(TOKEN_KINDS.values())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sparklines_stand_out_from_the_background(theme):
    assert contrast(sparkline.COLOR, THEME[theme]["backgroundColor"]) >= 3
