"""python -m benchmarks.intake.seed: the mission of the tests, with the long form; its token."""

import json
import sys

from benchmarks.intake.inside import MISSION, connect
from benchmarks.intake.report import FORM, form_markdown


def main() -> None:
    """Print what a client needs."""
    connect()
    from server.world import make_world, publish

    world = make_world(MISSION)
    publish(world.mission, FORM, form_markdown())
    sys.stdout.write(json.dumps({"token": world.token}))


if __name__ == "__main__":
    main()
