"""Problems: what is wrong with what we were given, where, and what to do about it."""

from paragraph8.kernel.problem_catalogue import CATALOGUE


class Problem(Exception):
    """A fault in the data, the mission file or the request; never a fault of the software.

    `code` is stable and documented in `docs/reference/problems.md`; `facts` are the values that
    the sentence names, so that a page or a JSON document can show them one by one. Raising with a
    code outside the catalogue, or without a fact that its sentence needs, is a KeyError: our fault.
    """

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(CATALOGUE[code].format(**facts))
