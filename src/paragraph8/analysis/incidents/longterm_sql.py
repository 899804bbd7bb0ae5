"""Weekly reports as SQL over the tables of a snapshot, for a stranger to count again.

The steps follow `weekly.py`; what each means stands there.
"""

from dataclasses import dataclass

from paragraph8.analysis.incidents.places import region_steps
from paragraph8.analysis.incidents.settings import Settings
from paragraph8.analysis.incidents.sql import listed, standing_sql
from paragraph8.analysis.incidents.standing import level_sql
from paragraph8.analysis.incidents.themes import FORM, Theme, themes
from paragraph8.analysis.incidents.told import DATE
from paragraph8.analysis.incidents.weekly import SILENT, WEEK
from paragraph8.kernel.sql import Steps, literal, query
from paragraph8.tables.answers_sql import counted_sql

ALL_CELLS = "(SELECT count(*) FROM expected) * (SELECT count(*) FROM asked)"


@dataclass(frozen=True, slots=True)
class WeeklySql:
    """Queries on the weekly reports of one election, as the settings say."""

    election: str
    settings: Settings

    def weeks(self) -> str:
        """Weeks in which any region reported."""
        return query(self._reports(), "SELECT count(DISTINCT week) FROM report WHERE region <> ''")

    def regions(self, condition: str = "true") -> str:
        """Regions that should report and meet a condition on `region`."""
        steps = {**self._reports(), "expected": _EXPECTED}
        return query(steps, f"SELECT count(*) FROM expected WHERE {condition}")

    def region_weeks(self) -> str:
        """Pairs of region and week of which there is a report."""
        return query(
            self._reports(),
            "SELECT count(DISTINCT (region, week)) FROM report\n"
            "WHERE region <> '' AND week IS NOT NULL",
        )

    def silent_cells(self) -> str:
        """Pairs of region and theme on which nothing was ever said."""
        spoken = "(SELECT count(DISTINCT (region, theme)) FROM spoken WHERE region <> '')"
        return query(self._matrix(), f"SELECT {ALL_CELLS} - {spoken}")

    def silent_regions(self, theme: Theme) -> str:
        """Regions that should report and never said anything on a theme."""
        return query(
            self._matrix(),
            "SELECT count(*) FROM expected WHERE region NOT IN\n"
            f"  (SELECT region FROM spoken WHERE theme = {literal(theme.id)})",
        )

    def spoken_weeks(self, theme: Theme) -> str:
        """Pairs of region and week with something on a theme."""
        return query(
            self._matrix(),
            "SELECT count(DISTINCT (region, week)) FROM spoken\n"
            f"WHERE theme = {literal(theme.id)} AND region <> '' AND week IS NOT NULL",
        )

    def numbers(self, value: str, theme: Theme, standing: str, condition: str = "true") -> str:
        """A value over the whole numbers of a theme at one standing.

        Columns: observation, region, item, number, level.
        """
        steps = {
            **self._reports(),
            "theme_item": _theme_items((theme,)),
            "verified": (
                "SELECT observation, max(value) AS said FROM answer\n"
                f"WHERE item = {literal(theme.verification)} GROUP BY observation"
            ),
            "given": (
                "SELECT r.observation, r.region, a.item, TRY_CAST(a.value AS DOUBLE) AS number,\n"
                f"  {level_sql('v.said')} AS level\n"
                "FROM report r JOIN answer a USING (observation) JOIN theme_item t USING (item)\n"
                "LEFT JOIN verified v USING (observation)\n"
                "WHERE t.type = 'integer' AND number IS NOT NULL"
            ),
        }
        of_standing = standing_sql(standing)
        return query(steps, f"SELECT {value} FROM given\nWHERE {of_standing} AND {condition}")

    def _reports(self) -> Steps:
        settings = self.settings
        return {
            **region_steps(self.election),
            "counted": counted_sql(self.election, FORM),
            "said": (
                "SELECT observation,\n"
                f"  max(value) FILTER (item = {literal(themes().first_day)}) AS first_day,\n"
                f"  max(value) FILTER (item = {literal(themes().last_day)}) AS last_day\n"
                "FROM counted LEFT JOIN answer USING (observation) GROUP BY observation"
            ),
            "dated": _DATED.format(date=literal(DATE), days=WEEK - 1),
            "ended": _ENDED.format(
                within=settings.stated_within_days, before=settings.days_to_file
            ),
            "report": _REPORT.format(first_weekday=settings.first_weekday, days=WEEK),
        }

    def _matrix(self) -> Steps:
        return {
            **self._reports(),
            "expected": _EXPECTED,
            "theme_item": _theme_items(themes().all),
            "asked": (
                "SELECT DISTINCT theme FROM report JOIN answer USING (observation)\n"
                "JOIN theme_item USING (item)"
            ),
            "spoken": (
                "SELECT DISTINCT region, week, theme FROM report\n"
                "JOIN answer USING (observation) JOIN theme_item USING (item)\n"
                f"WHERE state NOT IN ({listed(SILENT)})"
            ),
        }


def _theme_items(among: tuple[Theme, ...]) -> str:
    numbers = ", ".join(f"({literal(theme.number)}, {literal(theme.id)})" for theme in among)
    return (
        f"SELECT item, type, theme FROM form_item\nJOIN (VALUES {numbers}) AS n(number, theme)\n"
        "  ON regexp_extract(item, '^W\\d+') = number\n"
        f"WHERE form = {literal(FORM)} AND item NOT IN ({listed(themes().beside)})"
    )


_DATED = """\
SELECT c.observation, coalesce(c.area, t.area) AS named,
  coalesce(c.day, TRY_CAST(regexp_extract(c.received[:10], {date}) AS DATE)) AS filled_in,
  coalesce(TRY_CAST(regexp_extract(last_day, {date}) AS DATE),
    TRY_CAST(regexp_extract(first_day, {date}) AS DATE) + {days}) AS stated
FROM counted c JOIN said USING (observation) LEFT JOIN team t USING (team)"""

_ENDED = """\
SELECT observation, named, CASE
    WHEN stated IS NULL OR abs(datediff('day', stated, filled_in)) > {within}
    THEN filled_in - {before} ELSE stated END AS last_day
FROM dated"""

_REPORT = """\
SELECT observation, coalesce(region, named, '') AS region,
  last_day - ((isodow(last_day) - {first_weekday} + {days}) % {days})::INTEGER AS week
FROM ended LEFT JOIN place ON words = named"""

_EXPECTED = """\
SELECT region FROM report WHERE region <> ''
UNION
SELECT coalesce(region, area) FROM team LEFT JOIN place ON words = area
WHERE long_term AND excluded IS NULL AND coalesce(area, '') <> ''"""
