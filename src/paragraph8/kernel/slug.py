"""Names that people gave, as parts of ids and anchors."""


def slug(name: str) -> str:
    """Letters and figures in small letters, with a hyphen for all between: no blank, no sign.

    Two names that differ in signs only give the same slug.
    """
    kept = "".join(sign if sign.isalnum() else " " for sign in name.lower())
    return "-".join(kept.split())
