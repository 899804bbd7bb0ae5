"""What share of what was observed had each problem, and how were the stages assessed?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from paragraph8.analysis.observation.bases import Base, ObservationShare, Share, base_words
from paragraph8.analysis.observation.cases import CASES, case_figures
from paragraph8.analysis.observation.groups import groups_of
from paragraph8.analysis.observation.parameters import settings_of
from paragraph8.analysis.observation.problems import case_rows, group_rows, problem_rows
from paragraph8.analysis.observation.reasons import reason_rows
from paragraph8.analysis.observation.sql import (
    any_query,
    chosen_query,
    of_all_query,
    share_query,
)
from paragraph8.analysis.observation.stage import Stage, any_of, has_verdicts, stages
from paragraph8.analysis.observation.tallies import area_tallies
from paragraph8.analysis.observation.uncertainty import Uncertainty, uncertainty
from paragraph8.kernel.check import CheckTally
from paragraph8.kernel.figure import Evidence, Figure, Interval
from paragraph8.kernel.figure_maker import OBSERVED, FigureMaker
from paragraph8.kernel.parameters import Parameters
from paragraph8.kernel.result import Result
from paragraph8.tables.answers import GIVEN, item_is_rating
from paragraph8.tables.systematic import refusal
from paragraph8.tables.tables import Tables

NAME = "observation.items"
LIMITS = (
    "Observers choose no probability sample: a share describes what was observed and says nothing "
    "of stations that were not.",
    "Observers differ in strictness, and what is counted is what they reported.",
)
WEAK = "Many of those asked did not know or gave no answer: the figure is weak."
SENSITIVE = (
    "The figure depends on few teams: it moves when teams count alike or when one is left out."
)
LOWER = (
    "A form that saw no problem among the questions it answered counts as clean here, whatever it "
    "did not observe: problems that nobody could see are not counted."
)
EVIDENCE, GROUPS, REASONS = "problems", "groups", "reasons"
TABLES: Mapping[str, Callable[[Stage], pl.DataFrame]] = {
    EVIDENCE: problem_rows,
    GROUPS: group_rows,
    CASES: case_rows,
    REASONS: reason_rows,
}
CHOICES = ("one_of", "many_of")


def items(tables: Tables, parameters: Parameters) -> Result:
    """Shares of problem answers by item and base, assessments, groups of items, numbers of cases.

    Needs mission, form_item, observation, answer. Figures, each with election, form and item:
        problem [base]       problem answers / given answers, of observations, stations, observers
        yes [base]           the same for a neutral yes/no item
        problem_of_all       of a question asked only after another: problems / all forms in which
                             the other was answered (and this one, where it was asked)
        negative, positive [base]   bad assessments (good ones) / assessments given; positive of
                             observations and stations
        grade [grade]        each grade / assessments given
        any [group, base]    at least one problem among several items / at least one answered
        any_of_complete [group]     the same among forms that answered all of them
        chosen [answer]      an answer of a list / lists answered
        cases, stations_with_cases, median_cases, largest_cases, present
    Excluded, each with its count: not observed or not known, not applicable, left empty, not asked,
    seen in part only where the whole is judged, and so on; nothing is dropped without a number.
    Evidence `problems`, `groups`, `cases`: the forms behind each share and number; `reasons`:
    problems among forms assessed negatively and among the others.
    A mission without systematic observation gets no share. Assumes that POLARITY HANGS ON THE
    ITEM'S ID in all versions of the form; name exceptions in `polarity_changed`.
    Raises Problem analysis.bad_parameter.
    """
    settings = settings_of(parameters)
    refused = refusal(tables)
    if refused:
        return Result(NAME, tables.snapshot, (), LIMITS, notes=(refused,), parameters=parameters)
    figures: list[Figure] = []
    evidence: dict[str, list[pl.DataFrame]] = {}
    tallies: list[CheckTally] = []
    for stage in stages(tables, settings):
        maker = FigureMaker(NAME, tables.snapshot, tables.as_of, parameters, LIMITS)
        figures += _Figures(maker, stage, uncertainty(tables, stage)).all()
        figures += case_figures(maker, stage)
        for name, make in TABLES.items():
            evidence.setdefault(name, []).append(make(stage))
        tallies += area_tallies(stage)
    notes = tuple(
        dict.fromkeys(note for stage in stages(tables, settings) for note in _notes(stage))
    )
    return Result(
        NAME,
        tables.snapshot,
        tuple(figures),
        LIMITS,
        checks=tuple(tallies),
        evidence={name: pl.concat(parts) for name, parts in evidence.items()},
        notes=notes,
        parameters=parameters,
    )


class _Figures:
    """The figures of one stage."""

    def __init__(self, maker: FigureMaker, stage: Stage, spread: Uncertainty) -> None:
        self.maker, self.stage, self.spread = maker, stage, spread
        self.where = {"election": stage.election, "form": stage.form}

    def all(self) -> Iterator[Figure]:
        """Every figure."""
        for item in self.stage.items:
            rating = item_is_rating(self.stage.item(item))
            yield from self._assessment(item) if rating else self._problem(item)
        for group in groups_of(self.stage.form):
            yield from self._group(
                group.name, tuple(i for i in group.items if i in self.stage.items)
            )
        for item in self.stage.grid.items:
            row = self.stage.item(item)
            if row["type"] in CHOICES and not has_verdicts(row):
                yield from self._chosen(item)

    def _problem(self, item: str) -> Iterator[Figure]:
        name = "problem" if self.stage.item(item)["problem"] else "yes"
        verdict = self.stage.verdict(item)
        excluded = self.stage.excluded(item)
        shares = (
            self.stage.of_observations(verdict, excluded),
            self.stage.of_stations(verdict, last=False),
            self.stage.of_observers(verdict),
        )
        for share in shares:
            yield from self._share(name, share, item)
        if parent := self.stage.parent(item):
            yield from self._of_all(item, parent)

    def _assessment(self, item: str) -> Iterator[Figure]:
        verdict = self.stage.verdict(item)
        excluded = self.stage.excluded(item)
        shares = (
            self.stage.of_observations(verdict, excluded),
            self.stage.of_stations(verdict, last=True),
            self.stage.of_observers(verdict),
        )
        for share in shares:
            yield from self._share("negative", share, item)
        observed = shares[0]
        if not observed.answered:
            return
        yield from self._positive(item, observed)
        answers = self.stage.grid.said
        for grade in sorted(self._grades(item)):
            k = int(((answers(item, grade) == 1) & (verdict >= 0)).sum())
            yield self._plain("grade", k, observed, item, [grade], grade=grade)

    def _positive(self, item: str, observed: ObservationShare) -> Iterator[Figure]:
        """Good assessments of observations, and of stations by their last one."""
        stage, good = self.stage, self._good(item)
        verdict = stage.verdict(item)
        said = np.where(verdict >= 0, stage.grid.said(item, *good), -1).astype(np.int8)
        of_stations = stage.of_stations(said, last=True)
        for share in (replace(observed, problems=int((said == 1).sum())), of_stations):
            if share.answered:
                yield self.maker.share(
                    "positive",
                    share.problems,
                    share.answered,
                    base=self._base(item, share.base),
                    excluded=share.excluded,
                    query=chosen_query(stage, item, good, share.base),
                    where={**self.where, "item": item, "base": share.base.value},
                )

    def _grades(self, item: str) -> set[str]:
        last = 5 if self.stage.item(item)["type"] == "rating_five" else 4
        return {str(grade) for grade in range(1, last + 1)}

    def _good(self, item: str) -> list[str]:
        """Good grades: of four all that are not bad, of five the middle is neither."""
        bad = str(self.stage.item(item)["problem"]).split(";")
        middle = {"3"} if self.stage.item(item)["type"] == "rating_five" else set()
        return sorted(self._grades(item) - set(bad) - middle)

    def _chosen(self, item: str) -> Iterator[Figure]:
        counted = self.stage.counts(item)
        texts = [
            text if counts else None
            for text, counts in zip(self.stage.grid.texts(item), counted, strict=True)
        ]
        answers = sorted({part for text in texts if text for part in text.split(";")})
        answered = sum(text is not None for text in texts)
        for answer in answers:
            k = sum(text is not None and answer in text.split(";") for text in texts)
            yield self.maker.share(
                "chosen",
                k,
                answered,
                base=self._base(item, Base.OBSERVATIONS),
                excluded={
                    **self.stage.without_answer(item),
                    "answered, and not counted": self._uncounted(item),
                },
                query=chosen_query(self.stage, item, [answer]),
                where={**self.where, "item": item, "answer": answer},
            )

    def _uncounted(self, item: str) -> int:
        given = self.stage.grid.state_of(item) == GIVEN
        return int((given & ~self.stage.counts(item)).sum())

    def _of_all(self, item: str, parent: str) -> Iterator[Figure]:
        """The child's problems of all forms that answered the parent: not asked counts as clean."""
        child, above = self.stage.verdict(item), self.stage.above(item)
        asked = above == self.stage.trigger(item)
        counted = (above >= 0) & (~asked | (child >= 0))
        k, n = int(((child == 1) & counted).sum()), int(counted.sum())
        if n:
            yield self.maker.share(
                "problem_of_all",
                k,
                n,
                base=base_words(self.stage.form, Base.OBSERVATIONS),
                excluded={"neither answered nor ruled out": self.stage.grid.height - n},
                query=of_all_query(self.stage, item, parent),
                evidence=self._evidence(item),
                where={**self.where, "item": item},
            )

    def _group(self, name: str, members: tuple[str, ...]) -> Iterator[Figure]:
        if not members:
            return
        some, every = any_of([self.stage.verdict(item) for item in members])
        nobody = {"none of the items answered": int((some < 0).sum())}
        shares: tuple[Share, ...] = (
            self.stage.of_observations(some, nobody),
            self.stage.of_stations(some, last=False),
            self.stage.of_observers(some),
        )
        for share in shares:
            if share.answered:
                yield self._group_share(name, share, members)
        complete = self.stage.of_observations(
            every, {"not all of the items answered": int((every < 0).sum())}
        )
        if complete.answered:
            words = base_words(self.stage.form, Base.OBSERVATIONS)
            made = self.maker.share(
                "any_of_complete",
                complete.problems,
                complete.answered,
                base=f"{words} that answered all questions",
                excluded=complete.excluded,
                query=any_query(self.stage, members, Base.OBSERVATIONS, all_answered=True),
                where={**self.where, "group": name},
            )
            yield _with_items(made, members)

    def _group_share(self, name: str, share: Share, members: tuple[str, ...]) -> Figure:
        interval = self.spread.interval_of_group(members, share.base)
        made = self.maker.share(
            "any",
            share.problems,
            share.answered,
            base=base_words(self.stage.form, share.base),
            interval=interval,
            excluded=share.excluded,
            query=any_query(self.stage, members, share.base),
            evidence=Evidence(GROUPS, {"election": self.stage.election, "group": name}),
            limits=(LOWER,),
            where={**self.where, "group": name, "base": share.base.value},
        )
        return _with_items(made, members)

    def _share(self, name: str, share: Share, item: str) -> Iterator[Figure]:
        if not share.answered:
            return
        limits = []
        if self.stage.weak(item):
            limits.append(WEAK)
        if share.base == Base.OBSERVATIONS and self.spread.sensitive(item):
            limits.append(SENSITIVE)
        yield self.maker.share(
            name,
            share.problems,
            share.answered,
            base=self._base(item, share.base),
            interval=self._interval(item, share.base),
            excluded=share.excluded,
            query=share_query(self.stage, item, share.base),
            evidence=self._evidence(item),
            limits=tuple(limits),
            where={**self.where, "item": item, "base": share.base.value},
        )

    def _plain(
        self, name: str, k: int, of: Share, item: str, answers: list[str], **more: str
    ) -> Figure:
        return self.maker.share(
            name,
            k,
            of.answered,
            base=self._base(item, of.base),
            excluded=of.excluded,
            query=chosen_query(self.stage, item, answers),
            where={**self.where, "item": item, **more},
        )

    def _base(self, item: str, base: Base) -> str:
        words = f"{base_words(self.stage.form, base)} {self.stage.moment(item)}".strip()
        return f"{words} where the question arose" if self.stage.conditional(item) else words

    def _interval(self, item: str, base: Base) -> Interval | str:
        return OBSERVED if base == Base.STATIONS else self.spread.interval(item, base)

    def _evidence(self, item: str) -> Evidence:
        return Evidence(EVIDENCE, {"election": self.stage.election, "item": item})


def _with_items(figure: Figure, members: tuple[str, ...]) -> Figure:
    return replace(figure, parameters={**figure.parameters, "items": list(members)})


def _notes(stage: Stage) -> Iterator[str]:
    versions = sorted(stage.grid.observations["version"].unique())
    if len(versions) > 1:
        yield (
            f"Forms {stage.form} of several versions are counted together: {', '.join(versions)}. "
            "Items are told apart by their ids."
        )
