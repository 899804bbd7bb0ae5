"""What every page of this application needs: which tab is open, and what the seat may do."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from paragraph8.server.missions.access import Seat
from paragraph8.server.missions.page import page

TABS = {
    "observers": "observers",
    "observer": "observers",
    "observer_form": "observers",
    "roster": "import",
    "counts": "counts",
    "teams": "teams",
    "team": "teams",
    "team_form": "teams",
    "pairs": "pairs",
    "phones": "phones",
    "enrol": "phones",
    "sheets": "phones",
    "sheets_confirm": "phones",
    "plan": "plan",
    "route": "plan",
    "cards": "cards",
    "coverage": "coverage",
    "plan_import": "import",
}


def framed(
    request: HttpRequest, seat: Seat, name: str, facts: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The page `people/<name>.html` with its tabs. `name` is a key of TABS."""
    frame = {
        "tab": TABS[name],
        "may_manage": seat.may("observers.manage"),
        "may_see_plan": seat.may("plan.see"),
        "may_plan": seat.may("plan.manage"),
    }
    return page(request, seat, f"people/{name}.html", {**frame, **facts}, status=status)
