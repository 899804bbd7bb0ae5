"""The overall assessment of each stage, and the few items that tables by area show."""

from collections.abc import Mapping

from paragraph8.analysis.observation.stage import Stage
from paragraph8.kernel.problem import Problem

# Form -> its overall assessment.
OVERALL = {
    "opening": "O36",
    "voting": "V63",
    "mobile": "M11",
    "counting": "C47",
    "tabulation": "T28",
    "evoting": "E36",
}
# Form -> items whose shares are shown by area beside the assessment.
MAIN = {
    "opening": ("O4",),
    "voting": ("V9", "V12", "V35"),
    "counting": ("C5", "C7", "C38"),
    "tabulation": ("T2b", "T4c"),
    "evoting": ("E8",),
}


def main_items(stage: Stage) -> list[str]:
    """The overall assessment and the main problems that the stage's forms have."""
    wanted = (OVERALL.get(stage.form, ""), *MAIN.get(stage.form, ()))
    return [item for item in wanted if item in stage.items]


def same_scale(kinds: Mapping[str, str]) -> None:
    """Refuse to set assessments on different scales side by side: a series of five grades has a
    middle that four do not have.

        kinds   item -> its type in the codebook
    Raises Problem observation.mixed_scales.
    """
    if len(set(kinds.values())) > 1:
        raise Problem("observation.mixed_scales", items=", ".join(sorted(kinds)))
