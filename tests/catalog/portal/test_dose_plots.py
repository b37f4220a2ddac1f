from itertools import pairwise
from math import log10

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.portal.dose_plots import HEIGHT, WIDTH, Dosed, dose_plot, room_of, said

DOSES = st.floats(1e-12, 1e-2)
NUMBERS = st.floats(-1e6, 1e6)


def dosed(dose: float, number: float) -> Dosed:
    return Dosed("A01 of P", "/a", dose, f"{dose:g} M", number)


def test_a_series_rises_from_left_to_right_on_a_log_scale() -> None:
    plot = dose_plot([dosed(10.0**n, n) for n in (-9, -8, -6)], {"negative": [-9.0, -8.0]})
    assert plot is not None
    x = [dot.x for dot in plot.dots]
    assert x[2] - x[1] == pytest.approx(2 * (x[1] - x[0]))
    y = [dot.y for dot in plot.dots]
    assert y[0] > y[1] > y[2], "y grows downwards"
    (level,) = plot.controls
    assert y[0] > level.at > y[1]
    assert plot.means == [("1e-09 M", 1, "-9"), ("1e-08 M", 1, "-8"), ("1e-06 M", 1, "-6")]


def test_one_dose_is_no_series() -> None:
    assert dose_plot([dosed(1e-6, 1.0), dosed(1e-6, 2.0)], {}) is None
    assert dose_plot([dosed(0.0, 1.0), dosed(1e-6, 2.0)], {}) is None
    assert dose_plot([], {"negative": [1.0]}) is None


def test_labels_of_lines_do_not_lie_on_each_other() -> None:
    wells = [dosed(1e-6, 0.0), dosed(1e-5, 100.0)]
    plot = dose_plot(wells, {"negative": [50.0], "positive": [50.1]})
    assert plot is not None
    upper, lower = plot.controls
    assert lower.label_at - upper.label_at >= 14
    assert (upper.tone, lower.tone) == ("positive", "negative")


@given(
    wells=st.lists(st.tuples(DOSES, NUMBERS), max_size=30),
    negative=st.lists(NUMBERS, max_size=4),
    positive=st.lists(NUMBERS, max_size=4),
)
def test_all_of_a_plot_lies_in_its_box(
    wells: list[tuple[float, float]], negative: list[float], positive: list[float]
) -> None:
    plot = dose_plot([dosed(*well) for well in wells], {"negative": negative, "positive": positive})
    assert (plot is None) == (len({dose for dose, _ in wells}) < 2)
    if plot is None:
        return
    assert len(plot.dots) == len(wells)
    assert all(plot.left <= dot.x <= plot.right <= WIDTH for dot in plot.dots)
    assert all(plot.top <= dot.y <= plot.bottom <= HEIGHT for dot in plot.dots)
    assert all(plot.top <= level.at <= plot.bottom for level in plot.controls)
    assert all(
        after.at - before.at >= room_of(after, before) for before, after in pairwise(plot.doses)
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (1234.56, "1,235"),
        (0.123456, "0.1235"),
        (12.5, "12.5"),
        (-3.0, "-3"),
        (1e-9, "1.000e-09"),
        (1e12, "1.000e+12"),
        (40.0, "40"),
    ],
)
def test_numbers_are_said_as_people_write_them(number: float, text: str) -> None:
    assert said(number) == text
    assert number == 0 or abs(log10(abs(number))) < 20
