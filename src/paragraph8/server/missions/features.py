"""What the format of a mission switches on. The only place where a format means something.

| format          | long-term observers | short-term observers | election day | second round |
|-----------------|---------------------|----------------------|--------------|--------------|
| full            | yes                 | yes                  | percentages  | counts       |
| limited         | yes                 | no                   | narrative    | narrative    |
| assessment      | no                  | no                   | narrative    | narrative    |
| expert_team     | no                  | no                   | narrative    | narrative    |
| citizen_network | yes                 | yes                  | percentages  | percentages  |

A percentage of stations needs observers who went to them by a plan. Where there are none, visits
are told, not counted. A follow-up of a second round by an international mission has few teams:
what they saw is given as counts. A network of citizens has as many observers as before; only its
sample may be drawn with known chances, so that only its shares may be projected.
"""

from dataclasses import dataclass
from typing import Literal

from paragraph8.server.missions.models import Mission

Statistics = Literal["percentages", "counts", "narrative"]


@dataclass(frozen=True, slots=True)
class Features:
    """What a mission of one format does.

    long_term_observers    weeks in a region, reports every week
    short_term_observers   go from station to station on election day, by a plan
    election_day           what its forms of election day may be told in
    second_round           the same for a second round
    projection             shares may be projected to all stations, if the sample was drawn so
    """

    long_term_observers: bool
    short_term_observers: bool
    election_day: Statistics
    second_round: Statistics
    projection: bool = False

    @property
    def percentages(self) -> bool:
        """Whether percentages of observed stations are allowed at all."""
        return self.election_day == "percentages"

    def statistics(self, round_number: int = 1) -> Statistics:
        """What the forms of a round may be told in."""
        return self.election_day if round_number == 1 else self.second_round


VISITS_ONLY = Features(False, False, "narrative", "narrative")
BY_FORMAT = {
    "full": Features(True, True, "percentages", "counts"),
    "limited": Features(True, False, "narrative", "narrative"),
    "assessment": VISITS_ONLY,
    "expert_team": VISITS_ONLY,
    "citizen_network": Features(True, True, "percentages", "percentages", projection=True),
}


def features(mission: Mission) -> Features:
    """What the format of `mission` switches on."""
    return BY_FORMAT[mission.format]
