"""The colours of every picture: hues that the colour-blind tell apart, inks, and ramps from one to another."""

from typing import Any

from matplotlib.colors import LinearSegmentedColormap

# Okabe and Ito, Color Universal Design (2008), without its yellow, which is too light for a line on white
BLACK, BLUE, VERMILION, GREEN, PINK, ORANGE, SKY = "#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"
GREY = "#7f7f7f"
LINES = (BLACK, BLUE, VERMILION, GREEN, PINK, ORANGE, SKY)  # black first: the baseline
CURVES = (*LINES[1:], BLACK)  # where there is no baseline
CLASSES = (*LINES[1:], GREY)  # of dots, whose outlines are black

INK, QUIET, FAINT = "#222222", "#666666", "#d9d9d9"  # words, lesser words, grids
REST = "#b5b5b5"  # lines that are not told apart
BAND = "#8a8f98"  # behind a part of a curve
CELLS = "#e4e7ea"  # between cells
CONTOUR, PROFILE = "#7f93a8", "#9fb2c6"  # of the ground that paths cross, from above and from the side
DIVERGES = "#0c0c0e"


def _ramp(name: str, colours: list[Any], **options: Any) -> LinearSegmentedColormap:
    return LinearSegmentedColormap.from_list(name, colours, **options)


GROUND = _ramp("ground", ["#ffffff", "#e9eff5", "#c3d0de", PROFILE])
RIGHT = _ramp("right", ["#f4f8fb", BLUE])
WRONG = _ramp("wrong", ["#ffffff", VERMILION])
SIDES = _ramp("sides", ["#5fa3cf", "#b5d4e9", "#ffffff", "#f6cda9", "#e58f4c"])
# as on the lab's map: dark where an update leaves nothing of the distance, pale where it leaves all, black where it grows
GROWTH = _ramp("growth", [(0, "#085460"), (0.5, "#2e8d80"), (0.8, "#78be8c"), (0.93, "#d6e39b"), (1, "#fff9d6")], N=512)
GROWTH = GROWTH.with_extremes(over=DIVERGES)
# orange to brown where it circles, by the power of ten of the circles' size
CIRCLES = _ramp("size", [(0, "#faddbe"), (0.364, "#ee9848"), (0.727, "#b64812"), (1, "#5c1c06")])
