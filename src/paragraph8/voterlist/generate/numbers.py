"""National numbers of twelve digits that state date of birth and sex and carry a check digit."""

import numpy as np
from numpy.typing import NDArray

FIRST_WEIGHTS = np.arange(1, 12)
SECOND_WEIGHTS = np.array([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2])
# Each person of one day and sex owns this many serials: some have no check digit and go unused.
SERIALS_EACH = 5
SERIALS = 10_000


def check_digit(first_eleven: NDArray[np.int64]) -> NDArray[np.int64]:
    """Check digit of each row of eleven digits; 10 where such a number is not issued.

    The weighted sum modulo 11 with weights 1 to 11; where that is 10, with weights 3 to 11, 1, 2.
    The rule is the one public validators use for the identification number of Kazakhstan.
    """
    first = (first_eleven @ FIRST_WEIGHTS) % 11
    return np.where(first == 10, (first_eleven @ SECOND_WEIGHTS) % 11, first)


def national_numbers(
    birth: NDArray[np.int32], sex: NDArray[np.int8], rng: np.random.Generator
) -> NDArray[np.str_]:
    """One number per person, all different.

    birth in days since 1970, sex 1 male and 2 female. Digits: YYMMDD, then 1 and 2 for births
    before 1900, 3 and 4 before 2000, 5 and 6 after, then a serial and the check digit.
    """
    if not len(birth):
        return np.empty(0, dtype="U12")
    days = birth.astype("datetime64[D]")
    year = days.astype("datetime64[Y]").astype(np.int64) + 1970
    month = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (days - days.astype("datetime64[M]")).astype(np.int64) + 1
    century = (year // 100 - 18) * 2 + sex
    head = ((year % 100) * 10000 + month * 100 + day) * 10 + century
    # Serials of a day start anywhere, as if other people of that day stood on other lists.
    start = (head * 7919) % (SERIALS // SERIALS_EACH)
    serial = (_rank_within(head, rng) + start) * SERIALS_EACH % SERIALS
    number = np.full(len(birth), -1, dtype=np.int64)
    for attempt in range(SERIALS_EACH):
        left = np.flatnonzero(number < 0)
        eleven = head[left] * SERIALS + serial[left] + attempt
        powers = 10 ** np.arange(10, -1, -1)
        check = check_digit(eleven[:, None] // powers[None, :] % 10)
        number[left] = np.where(check < 10, eleven * 10 + check, -1)
    return np.char.zfill(number.astype(str), 12)


def _rank_within(group: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Rank 0, 1, 2 ... of each row among the rows of its group, in random order."""
    order = rng.permutation(len(group))
    order = order[np.argsort(group[order], kind="stable")]
    ordered = group[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    sizes = np.diff(np.r_[starts, len(group)])
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - np.repeat(starts, sizes)
    return rank
