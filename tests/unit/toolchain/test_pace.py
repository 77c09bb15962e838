import pytest

from aksnetpol.toolchain.pace import seconds_left


@pytest.mark.parametrize(
    ("done", "elapsed", "left"),
    [
        pytest.param(0, 0, 300, id="at-first-as-estimated"),
        pytest.param(300, 150, 150, id="as-fast-as-estimated"),
        pytest.param(300, 600, 471, id="slower-than-estimated"),
        pytest.param(0, 60, 600, id="nothing-seen-yet"),
        pytest.param(600, 250, 0, id="done"),
        pytest.param(700, 250, 0, id="more-than-was-estimated"),
    ],
)
def test_the_rest_is_told_by_the_estimate_then_by_the_pace(done: float, elapsed: float, left: int) -> None:
    assert seconds_left(600, done, elapsed, cores=2) == left


def test_it_counts_down_where_all_goes_as_estimated() -> None:
    told = [seconds_left(600, 2 * second, second, cores=2) for second in range(0, 301, 10)]
    assert told == sorted(told, reverse=True)


def test_a_machine_that_stands_still_is_told_no_eternity() -> None:
    assert seconds_left(600, 0, 100_000, cores=2) <= 600 / 2 * 20
