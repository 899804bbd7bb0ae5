"""Folders that appear complete or not at all."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """A new folder beside `folder` that takes its place when all went well, and goes otherwise."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    # mkdtemp lets nobody else read; a publication is there to be read.
    partial.chmod(0o755)
    try:
        yield partial
        if folder.exists():
            aside = partial.with_name(f"{partial.name}-old")
            folder.rename(aside)
            partial.rename(folder)
            shutil.rmtree(aside)
        else:
            partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
