"""A text that is longer than a field holds loses nothing on its way through several."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.views.mrkdwn import size
from bot.slack.views.pieces import in_pieces, put_together

words = st.text(alphabet="ab &<\n😀飞", max_size=400)


@settings(max_examples=60, deadline=None)
@given(text=words, most=st.integers(10, 120))
def test_the_pieces_are_short_and_make_the_text_again(text: str, most: int) -> None:
    pieces, between = in_pieces(text, most)

    assert all(size(piece) <= most for piece in pieces)
    assert put_together(pieces, between) == text


def test_a_text_is_cut_between_paragraphs_where_it_can_be() -> None:
    text = "one " * 20 + "\n\n" + "two " * 20

    assert in_pieces(text, 100) == (["one " * 20, "two " * 20], ["\n\n"])
