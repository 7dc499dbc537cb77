"""Bars say what the table says."""

from console.charts import bars


def test_a_bar_is_as_long_as_the_share_that_it_shows() -> None:
    assert [bar.length for bar in bars([("Ja", 61, 0.61), ("Nei", 39, 0.39)])] == [61, 39]


def test_what_is_hidden_has_no_length() -> None:
    [seen, unseen] = bars([("Ja", 33, 0.9), ("Nei", None, None)])
    assert (seen.length, unseen.length, unseen.hidden) == (90, 0, True)


def test_where_nobody_may_know_how_many_answered_the_longest_fills_the_chart() -> None:
    assert [bar.length for bar in bars([("Ja", 30, None), ("Nei", 15, None), ("Vet ikke", None, None)])] == [100, 50, 0]
