"""Long lists in parts, with the filters kept in the addresses of the other parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

ON_A_PAGE = 300


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a list: its rows, and the query by which its neighbours are asked for."""

    page: Page[Any]
    query: str


def part(request: HttpRequest, rows: Sequence[Any]) -> Part:
    """The part that `?page=` asks for; the nearest one for a number out of range."""
    query = request.GET.copy()
    number = query.pop("page", ["1"])[-1]
    return Part(Paginator(rows, ON_A_PAGE).get_page(number), query.urlencode())
