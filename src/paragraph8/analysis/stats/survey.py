"""Ratios from a probability sample drawn in clusters: estimate, sampling error, design effect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, stdtrit

from paragraph8.analysis.stats.intervals import check_level, two_sided_z, wilson_limits
from paragraph8.kernel.problem import Problem

ASSUMED_DESIGN_EFFECT: Final = 2.0
ROUNDING: Final = 1e-12  # a standard error below it is what rounding leaves of none


@dataclass(frozen=True, slots=True)
class RatioEstimate:
    """A weighted ratio and how far chance in the draw may move it.

    `design_effect` is None where no simple random sample can be set beside it: fewer than two rows
    in the base, a share of exactly 0 or 1, or a numerator that is no yes or no.
    """

    ratio: float  # sum of weight * numerator / sum of weight * base
    standard_error: float  # same unit as the ratio
    design_effect: float | None  # variance / variance of a simple random sample of as many rows
    rows: int  # rows with a base above 0
    clusters: int
    strata: int
    complete: bool  # all clusters of all strata were enumerated: chance had no part

    @property
    def degrees_of_freedom(self) -> int:
        """Clusters less strata."""
        return self.clusters - self.strata


@dataclass(frozen=True, slots=True)
class Sample:
    """How rows were drawn: three columns of equal length, one row per row drawn.

    stratum    code of the stratum
    cluster    code of the cluster, unique inside its stratum
    weight     one over the probability with which the row was drawn, above 0
    frame      stratum -> clusters it has, where its clusters were enumerated completely; strata
               that are not named are treated as if drawn with replacement
    """

    stratum: Sequence[str]
    cluster: Sequence[str]
    weight: NDArray[np.float64]
    frame: Mapping[str, int]


def weighted_ratio(
    numerator: NDArray[np.float64], base: NDArray[np.float64], sample: Sample
) -> RatioEstimate:
    """Estimate a ratio of two totals from a stratified sample of clusters, by linearisation.

        numerator   float   one per row drawn; of a share 1 where the row has the property, else 0
        base        float   one per row drawn; of a share 1 where the row counts at all, else 0
        sample              how all rows were drawn, those outside the base too
    Returns a RatioEstimate. A subgroup is estimated by a base of 0 outside it, NEVER by leaving
    rows out: which clusters the subgroup fell into is itself a matter of chance.
    Assumes that CLUSTERS WERE DRAWN INDEPENDENTLY within a stratum, with known probabilities, and
    that the weights are right. Clusters drawn without replacement or systematically give a smaller
    error than this, so it errs on the safe side. `frame` takes the finite population into account:
    right only where every row of a drawn cluster was taken; a stratum of which all clusters were
    drawn then adds nothing. A ratio of two estimates is slightly biased where clusters are few.

    Problems: analysis.bad_parameter, also for a stratum with one cluster of several.
    Source: Cochran, Sampling Techniques (3rd ed., 1977), sec. 3.12, 6.11 and 9A.5; Woodruff, J. Am.
        Statist. Assoc. 66 (1971), 411-414; design effect: Kish, Survey Sampling (1965), sec. 8.2.
    """
    _check_rows(numerator, base, sample)
    total = float(sample.weight @ base)
    if not total > 0:
        raise _bad("base", total, "a row with a base above 0")
    ratio = float(sample.weight @ numerator) / total
    residuals = sample.weight * (numerator - ratio * base) / total
    strata, sums = _cluster_sums(sample, residuals)
    variance = sum(
        _stratum_variance(sums[strata == stratum], stratum, sample.frame)
        for stratum in np.unique(strata).tolist()
    )
    names, drawn = np.unique(strata, return_counts=True)
    return RatioEstimate(
        ratio=ratio,
        standard_error=sqrt(variance),
        design_effect=_design_effect(numerator, base, ratio, variance),
        rows=int(np.count_nonzero(base)),
        clusters=len(sums),
        strata=len(names),
        complete=dict(zip(names.tolist(), drawn.tolist(), strict=True))
        == {name: sample.frame.get(name) for name in names.tolist()},
    )


def lone_clusters(sample: Sample) -> list[str]:
    """Strata from which one cluster was drawn and others were not: they have no sampling error.

    Problems: none.
    """
    strata, _ = _cluster_sums(sample, sample.weight)
    names, drawn = np.unique(strata, return_counts=True)
    return [
        name
        for name, number in zip(names.tolist(), drawn.tolist(), strict=True)
        if number == 1 and sample.frame.get(name) != 1
    ]


def share_interval(
    estimate: RatioEstimate,
    level: float = 0.95,
    assumed_design_effect: float = ASSUMED_DESIGN_EFFECT,
) -> tuple[float, float]:
    """Interval for a share, from `weighted_ratio`.

        estimate                a share, 0..1
        level                   confidence, between 0 and 1
        assumed_design_effect   used only where clusters do not differ at all, 1 or more
    Returns the low and the high end, 0..1: t on the scale of the log odds, so that the interval
    stays inside 0..1 and is wider on the side that is further from its end. Where all rows, or all
    clusters, agree, the sample shows no spread; that is not certainty. The score interval for
    rows / `assumed_design_effect` independent rows is given then. A complete count gives two equal
    ends.
    Assumes what `weighted_ratio` does. With few clusters t is rough, and below about ten degrees
    of freedom the interval covers too seldom where shares are near 0 or 1.

    Problems: analysis.bad_parameter.
    Source: Korn & Graubard, Analysis of Health Surveys (1999), sec. 3.2; Franco, Little, Louis &
        Slud, J. Surv. Statist. Methodol. 7 (2019), 334-364.
    """
    check_level(level)
    if not assumed_design_effect >= 1:
        raise _bad("assumed_design_effect", assumed_design_effect, "1 or more")
    share, error = estimate.ratio, estimate.standard_error
    if estimate.complete:
        return share, share
    quantile = float(stdtrit(estimate.degrees_of_freedom, (1 + level) / 2))
    if error < ROUNDING:
        inverse_size = np.array(assumed_design_effect / estimate.rows)
        low, high = wilson_limits(np.array(share), inverse_size, quantile)
        return (0.0 if share == 0 else float(low)), (1.0 if share == 1 else float(high))
    half = quantile * error / (share * (1 - share))
    return float(expit(logit(share) - half)), float(expit(logit(share) + half))


def intraclass_correlation(cluster: Sequence[str], values: NDArray[np.float64]) -> float:
    """How much more alike rows of one cluster are than rows of different ones.

        cluster   code of the cluster, one per row
        values    float, one per row
    Returns the correlation, at most 1; below 0 where rows of a cluster differ more than others;
    NaN where all values are equal. Zero says that clusters do not matter. With m rows a cluster
    the design effect of a mean is about 1 + (m - 1) times this.
    Assumes ROWS OF EQUAL WEIGHT, clusters of about one size, and one common correlation.

    Problems: analysis.bad_parameter.
    Source: Donner & Koval, Biometrics 36 (1980), 19-25, the analysis-of-variance estimator; Kish,
        Survey Sampling (1965), sec. 5.4.
    """
    values = np.asarray(values, dtype=np.float64)
    _, place = np.unique(np.asarray(cluster), return_inverse=True)
    sizes = np.bincount(place) if len(place) else np.zeros(0, dtype=np.int64)
    if len(place) != len(values) or len(sizes) < 2 or len(values) == len(sizes):
        raise _bad("cluster", f"{len(sizes)} clusters of {len(values)} rows", "two or more, of two")
    means = np.bincount(place, values) / sizes
    within = float(((values - means[place]) ** 2).sum()) / (len(values) - len(sizes))
    between = float(sizes @ (means - values.mean()) ** 2) / (len(sizes) - 1)
    size = (len(values) - float(sizes @ sizes) / len(values)) / (len(sizes) - 1)
    spread = between + (size - 1) * within
    return (between - within) / spread if spread > 0 else float("nan")


def sample_size(
    margin: float, share: float = 0.5, design_effect: float = 2.0, level: float = 0.95
) -> int:
    """How many rows a sample needs for a margin of error.

        margin          half of the interval, 0.03 for three points; between 0 and 1
        share           expected share, between 0 and 1; 0.5 asks for most
        design_effect   expected, 1 or more; of field tests of voter lists between 1.5 and 2.5
        level           confidence, between 0 and 1
    Returns the smallest number of rows with an answer. Who is not found does not count, so the
    draw must be larger by the expected loss; replacing those not found does not help.
    Assumes a POPULATION MUCH LARGER than the sample, and a share not near 0 or 1.

    Problems: analysis.bad_parameter.
    Source: Cochran, Sampling Techniques (3rd ed., 1977), sec. 4.4; Kish (1965), sec. 8.2.
    """
    check_level(level)
    for name, value in (("margin", margin), ("share", share)):
        if not 0 < value < 1:
            raise _bad(name, value, "between 0 and 1")
    if not design_effect >= 1:
        raise _bad("design_effect", design_effect, "1 or more")
    alone = two_sided_z(level) ** 2 * share * (1 - share) / margin**2
    # A whole number that rounding puts a little higher is still that whole number.
    return ceil(design_effect * alone - 1e-9)


def _cluster_sums(
    sample: Sample, values: NDArray[np.float64]
) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    """The stratum of each cluster, and the sum of the values of its rows."""
    pairs = np.array([*zip(sample.stratum, sample.cluster, strict=True)], dtype=np.str_)
    clusters, place = np.unique(pairs.reshape(-1, 2), axis=0, return_inverse=True)
    sums = np.asarray(np.bincount(place.reshape(-1), values), dtype=np.float64)
    return clusters[:, 0], sums


def _stratum_variance(sums: NDArray[np.float64], stratum: str, frame: Mapping[str, int]) -> float:
    drawn, there = len(sums), frame.get(stratum)
    if there is not None and there < drawn:
        raise _bad("frame", f"{there} clusters in {stratum}", f"{drawn} or more, as were drawn")
    if there == drawn:
        return 0.0
    if drawn == 1:
        raise _bad("cluster", f"one cluster in stratum {stratum}", "two or more in each stratum")
    not_drawn = 1.0 if there is None else 1 - drawn / there
    return not_drawn * drawn * float(np.var(sums, ddof=1))


def _design_effect(
    numerator: NDArray[np.float64], base: NDArray[np.float64], ratio: float, variance: float
) -> float | None:
    rows = int(np.count_nonzero(base))
    is_share = np.isin(base, (0.0, 1.0)).all() and np.isin(numerator, (0.0, 1.0)).all()
    if rows < 2 or not is_share or not 0 < ratio < 1:
        return None
    return variance / (ratio * (1 - ratio) / (rows - 1))


def _check_rows(numerator: NDArray[np.float64], base: NDArray[np.float64], sample: Sample) -> None:
    lengths = {len(numerator), len(base), len(sample.stratum), len(sample.cluster)}
    if lengths != {len(sample.weight)}:
        raise _bad("sample", sorted(lengths), "columns of one length")
    if not (np.isfinite(sample.weight) & (sample.weight > 0)).all():
        raise _bad("weight", "0, negative or infinite at some rows", "above 0")
    if not (np.isfinite(numerator) & np.isfinite(base) & (base >= 0)).all():
        raise _bad("base", "negative or infinite at some rows", "finite, of the base 0 or more")


def _bad(parameter: str, value: object, expected: str) -> Problem:
    return Problem("analysis.bad_parameter", parameter=parameter, value=value, expected=expected)
