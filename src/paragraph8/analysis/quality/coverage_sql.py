"""Coverage as SQL, so that a stranger can count again."""

from collections.abc import Sequence

from paragraph8.kernel.sql import Steps, literal, query
from paragraph8.tables.answers_sql import counted_sql

# Every area with the name of the highest area it lies in.
INSIDE = "RECURSIVE inside"
TOP = "CASE WHEN s.station IS NOT NULL THEN coalesce(i.top, '')\n  ELSE coalesce(n.top, '') END"


def received_query(election: str, form: str, late: bool) -> str:
    """SQL for the reports of a form received before the freeze, or after it."""
    counted = {"counted": counted_sql(election, form, late=True)}
    condition = "o.late" if late else "NOT o.late"
    return query(
        counted,
        f"SELECT count(*) FROM counted JOIN observation o USING (observation) WHERE {condition}",
    )


def done_query(election: str, form: str) -> str:
    """SQL for the stops in the plan about which the team sent its form."""
    return query(
        {**_counted(election, form), **_planned(election, form)},
        "SELECT count(*) FROM planned WHERE (team, station) IN (\n"
        "  SELECT (team, station) FROM counted WHERE station IS NOT NULL)",
    )


def silent_teams_query(election: str, form: str) -> str:
    """SQL for the teams with the form in their plan that sent none."""
    return query(
        {**_counted(election, form), **_planned(election, form)},
        "SELECT count(DISTINCT team) FROM planned WHERE team NOT IN (SELECT team FROM counted)",
    )


def teams_without_query(election: str, form: str, forms: Sequence[str]) -> str:
    """SQL for the teams that sent one of these forms and none of this one."""
    every = "\nUNION\n".join(
        f"SELECT team FROM ({counted_sql(election, one, late=True)})" for one in forms
    )
    return query(
        {**_counted(election, form), "active": every},
        "SELECT count(*) FROM active WHERE team NOT IN (SELECT team FROM counted)",
    )


def areas_without_query(election: str, form: str) -> str:
    """SQL for the highest areas from which no report of the form came."""
    steps: Steps = {INSIDE: _inside(election), **_counted(election, form)}
    steps["heard"] = f"SELECT {TOP} AS top\nFROM counted c\n{_placed(election)}"
    return query(
        steps,
        "SELECT count(DISTINCT name) FROM area\n"
        f"WHERE election = {literal(election)} AND parent IS NULL\n"
        "  AND name NOT IN (SELECT top FROM heard)",
    )


def forms_without_query(election: str) -> str:
    """SQL for the forms in the plan of which no report came."""
    return (
        "SELECT count(DISTINCT d.form) FROM deployment d JOIN team p USING (team)\n"
        f"WHERE d.election = {literal(election)} AND p.excluded IS NULL AND d.form NOT IN (\n"
        "  SELECT o.form FROM observation o LEFT JOIN team t USING (team)\n"
        f"  WHERE o.election = {literal(election)} AND o.replaced_by IS NULL\n"
        "    AND o.excluded IS NULL AND t.excluded IS NULL)"
    )


def silent_themes_query(election: str, form: str) -> str:
    """SQL for the pairs of area and theme that were asked about and have no answer."""
    steps: Steps = {INSIDE: _inside(election), **_counted(election, form)}
    steps["cell"] = (
        f"SELECT {TOP} AS top, f.supports AS theme,\n"
        "  bool_or(a.state IN ('given', 'withheld')) AS answered\n"
        "FROM counted c JOIN answer a USING (observation) JOIN form_item f USING (item)\n"
        f"{_placed(election)}\n"
        "WHERE f.supports <> 'comment' AND a.state NOT IN ('skipped', 'na') GROUP BY ALL"
    )
    return query(steps, "SELECT count(*) FROM cell WHERE NOT answered")


def _placed(election: str) -> str:
    return (
        f"LEFT JOIN station s ON s.station = c.station AND s.election = {literal(election)}\n"
        "LEFT JOIN inside i ON i.area = s.area\n"
        "LEFT JOIN inside n ON n.area = c.area"
    )


def _counted(election: str, form: str) -> Steps:
    return {"counted": counted_sql(election, form, late=True)}


def _planned(election: str, form: str) -> Steps:
    return {
        "planned": (
            "SELECT d.team, d.station FROM deployment d JOIN team t USING (team)\n"
            f"WHERE d.election = {literal(election)} AND d.form = {literal(form)}\n"
            "  AND t.excluded IS NULL"
        )
    }


def _inside(election: str) -> str:
    return (
        f"SELECT area, name AS top FROM area\n"
        f"WHERE election = {literal(election)} AND parent IS NULL\n"
        "UNION ALL\n"
        "SELECT a.area, i.top FROM area a JOIN inside i ON a.parent = i.area\n"
        f"WHERE a.election = {literal(election)}"
    )
