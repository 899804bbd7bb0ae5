"""JavaRosa, the form engine of ODK Collect, from the validator that pyxform brings along."""

import hashlib
import importlib.resources
import os
import shutil
import tempfile
from pathlib import Path

from clients.engine import Engine, EngineMissing, cache_folder, prepare

SOURCE = Path(__file__).parent / "javarosa" / "Fill.java"
JAR = "validators/odk_validate/bin/ODK_Validate.jar"


def missing() -> str | None:
    """What JavaRosa lacks here, in words, or None."""
    lacking = [tool for tool in ("java", "javac") if not shutil.which(tool)]
    return f"needs {' and '.join(lacking)} on PATH" if lacking else None


def jar() -> Path:
    """The validator's jar in the installed pyxform."""
    return Path(str(importlib.resources.files("pyxform") / JAR))


def compiled() -> Path:
    """The folder of the compiled harness, compiled if this source and jar never were.

    Raises:
        EngineMissing: There is no Java here, or it does not compile.
    """
    lacking = missing()
    if lacking:
        raise EngineMissing(lacking)
    with jar().open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(SOURCE.read_bytes())
    folder = cache_folder() / f"javarosa-{digest.hexdigest()[:16]}"
    if not folder.is_dir():
        # Processes that compile at once each make their own; the first to finish is kept.
        made = Path(tempfile.mkdtemp(dir=folder.parent))
        prepare(["javac", "--release", "17", "-cp", jar(), "-d", made, SOURCE])
        try:
            os.rename(made, folder)
        except OSError:
            shutil.rmtree(made)
    return folder


class JavaRosa(Engine):
    """One virtual machine that fills forms as Collect does, in UTC.

    Where the form keeps an audit, the answer "audit" is written as the name of its file.
    """

    def _command(self) -> list[str]:
        path = os.pathsep.join((str(compiled()), str(jar())))
        flags = ("-Duser.timezone=UTC", "-Dfile.encoding=UTF-8", "-Xshare:auto")
        return ["java", *flags, "-XX:TieredStopAtLevel=1", "-Xss4m", "-cp", path, "Fill"]
