"""Pseudonyms of the rehearsal: the same seed gives the same ids, and no id tells whose it is."""

from hashlib import sha256


def team_name(seed: int, number: int) -> str:
    """The pseudonym of a team."""
    return f"t-{_digest(seed, 'team', number)[:8]}"


def observation_name(seed: int, form: str, number: int) -> str:
    """The id of a report."""
    return f"o-{_digest(seed, form, number)[:16]}"


def file_hash(seed: int, form: str, number: int, item: str) -> str:
    """What stands for the SHA-256 of a photograph that was never taken."""
    return _digest(seed, f"{form} {item}", number)


def _digest(seed: int, kind: str, number: int) -> str:
    return sha256(f"rehearsal {seed} {kind} {number}".encode()).hexdigest()
