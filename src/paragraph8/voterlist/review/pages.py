"""Pages of the review as HTML: one pair and four buttons, no script, nothing from elsewhere."""

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from paragraph8.voterlist.review.answers import CANNOT_TELL, DIFFERENT, SAME
from paragraph8.voterlist.review.pairs import Pair
from paragraph8.voterlist.review.session import Review
from paragraph8.voterlist.review.words import Words, list_names

PACKAGE: Final = "paragraph8.voterlist.review"
BACK: Final = "back"
# Digits stand in the same place on keyboards of all scripts.
KEYS: Final = {SAME: "1", DIFFERENT: "2", CANNOT_TELL: "3", BACK: "0"}


@cache
def style() -> str:
    """The style sheet, which stands in each page."""
    return (resources.files(PACKAGE) / "templates" / "review.css").read_text("utf-8")


@cache
def policy() -> str:
    """Content-Security-Policy for the pages: nothing is fetched, run or framed."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def review_page(review: Review, pair: Pair | None, words: Words) -> str:
    """The pair that a reviewer is to compare next; without one, that all are answered.

    The form is sent to the page's own address, with `item`, and `answer`: one of ANSWERS or BACK.
    Shows neither category nor score, nor anything of another reviewer. HOLDS NAMES: for the
    reviewer's screen only.
    """
    return (
        _environment()
        .get_template("review.html")
        .render(
            review=review,
            pair=pair,
            words=words,
            heads=list_names(words, pair.lists) if pair else (),
            keys=KEYS,
            back=BACK,
            style=Markup(style()),
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
