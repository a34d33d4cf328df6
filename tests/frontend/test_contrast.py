"""Every pair of colours that meet is measured, in light and in dark (WCAG 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "frontend/static/frontend/css/tokens.css"
TEXT, GRAPHIC = 4.5, 3.0
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-soft", "link") for ground in ("paper", "surface", "sunk")),
    ("link-hover", "surface", TEXT),
    ("on-forest", "forest", TEXT),
    ("on-forest", "forest-deep", TEXT),
    ("on-forest-soft", "forest", TEXT),
    ("on-forest-soft", "forest-deep", TEXT),
    ("mirabelle", "forest-deep", TEXT),
    ("on-mirabelle", "mirabelle", TEXT),
    ("ink", "mirabelle-soft", TEXT),
    ("open", "open-soft", TEXT),
    ("closed", "closed-soft", TEXT),
    ("unknown", "unknown-soft", TEXT),
    ("notice", "notice-soft", TEXT),
    ("notice", "mirabelle-soft", TEXT),
    ("ink", "map-land", TEXT),
    ("ink-soft", "map-land", TEXT),
    ("marker-ring", "marker-place", TEXT),
    ("marker-ring", "marker-wifi", TEXT),
    ("line-strong", "paper", GRAPHIC),
    ("line-strong", "surface", GRAPHIC),
    ("focus", "paper", GRAPHIC),
    ("focus", "surface", GRAPHIC),
    ("focus-on-forest", "forest", GRAPHIC),
    ("focus-on-forest", "forest-deep", GRAPHIC),
    ("marker-place", "map-land", GRAPHIC),
    ("marker-wifi", "map-land", GRAPHIC),
    ("map-border", "map-land", GRAPHIC),
]


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def schemes() -> dict[str, dict[str, str]]:
    text = TOKENS.read_text(encoding="utf-8")
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    return {"light": colours(light), "dark": colours(light) | colours(dark)}


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_that_meet_can_be_read(scheme: str) -> None:
    palette = schemes()[scheme]
    weak = {
        (ink, ground): round(contrast(palette[ink], palette[ground]), 2)
        for ink, ground, least in PAIRS
        if contrast(palette[ink], palette[ground]) < least
    }
    assert weak == {}
