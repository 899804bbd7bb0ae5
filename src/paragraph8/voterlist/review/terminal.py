"""The review in a terminal: a pair is written, a key is read."""

from collections.abc import Callable, Mapping

from paragraph8.voterlist.review.pages import BACK, KEYS
from paragraph8.voterlist.review.pairs import Pair
from paragraph8.voterlist.review.session import Review
from paragraph8.voterlist.review.words import Words, list_names

STOP_KEY = "q"
# A name written from right to left must not turn the line that it stands in.
_ISOLATE, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def review_in_terminal(
    review: Review,
    pairs: Mapping[int, Pair],
    words: Words,
    read_key: Callable[[], str],
    write: Callable[[str], None],
) -> None:
    """Ask pair after pair until all are answered or the reviewer stops.

        pairs      item -> pair, for all items of the review
        read_key   waits for a key and returns it; "" where there are no more
        write      shows a text on the terminal, which holds names: never a file
    Keys other than those offered do nothing.
    """
    meaning = {key: answer for answer, key in KEYS.items()}
    while review.item is not None:
        write(pair_text(review, pairs[review.item], words))
        key = _offered(read_key, {*meaning, STOP_KEY, ""})
        if key in (STOP_KEY, ""):
            return
        if meaning[key] == BACK:
            review.back()
        else:
            review.answer(review.item, meaning[key])
    write(f"\n{words.done.format(total=review.total)}\n")


def pair_text(review: Review, pair: Pair, words: Words) -> str:
    """A pair, field by field, with a mark beside each that differs."""
    heads = list_names(words, pair.lists)
    width = max(map(len, heads))
    place = 0 if review.place is None else review.place
    lines = ["", words.pair_of.format(place=place + 1, total=review.total), words.question, ""]
    for field in pair.fields:
        mark = f"≠ {words.differs}" if field.differs else ""
        lines.append(f"{words.roles[field.role]}  {mark}".rstrip())
        for head, text in zip(heads, (field.first, field.second), strict=True):
            shown = f"{_ISOLATE}{text}{_END}" if text else f"({words.absent})"
            lines.append(f"    {head:<{width}}  {shown}")
    if review.earlier_answer:
        lines += ["", words.earlier.format(answer=words.answers[review.earlier_answer])]
    return "\n".join([*lines, "", words.keys_terminal, ""])


def _offered(read_key: Callable[[], str], keys: set[str]) -> str:
    while (key := read_key()) not in keys:
        pass
    return key
