"""A program of its own: a picture on standard input, a copy that carries nothing else on output.

It imports nothing of the server and limits itself before it looks at a byte, so that a picture made
to exhaust a machine exhausts this process only. Exit codes: 0 done, 3 no picture that it can read.
"""

import contextlib
import io
import struct
import sys

LONGEST_SIDE = 1600
MOST_PIXELS = 60_000_000
MOST_BYTES = 40_000_000
MEMORY = 1_000_000_000
SECONDS = 15
QUALITY = 82
FORMATS = ["JPEG", "PNG", "WEBP"]
UNREADABLE = 3
# What decoders raise for broken and hostile content. Anything else ends the process with code 1,
# which the server does not take as a word about the picture.
FAULTS = (
    *(ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, OSError),
    *(SyntaxError, TypeError, ValueError, struct.error),
)


def limit() -> None:
    """Memory, processor time, no core dump, no file written. Systems without limits have none."""
    with contextlib.suppress(ImportError):
        import resource

        for what, most in (
            (resource.RLIMIT_AS, MEMORY),
            (resource.RLIMIT_CPU, SECONDS),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
        ):
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(what, (most, most))


def stripped(content: bytes) -> bytes:
    """A JPEG of the picture, upright, at most LONGEST_SIDE pixels, without any metadata.

    Raises ValueError, OSError and what else Pillow raises for content that is no sound picture.
    """
    from PIL import Image, ImageOps

    formats = [*FORMATS, *_heif()]
    with Image.open(io.BytesIO(content), formats=formats) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS:
            raise ValueError("more pixels than a camera makes")
        # Decodes a JPEG at an eighth, a quarter or half of its size: less memory and time.
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(picture)
        # A new picture: whatever else the old one carried cannot come along.
        copy = Image.new("RGB", upright.size, "white")
        colours = upright.convert("RGBA")
        copy.paste(colours, mask=colours.getchannel("A"))
    out = io.BytesIO()
    copy.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _heif() -> list[str]:
    """HEIF can be read where its plug-in happens to be installed."""
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        return []
    register_heif_opener()
    return ["HEIF"]


def main() -> int:
    """Read, strip, write."""
    limit()
    from PIL import Image

    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        return UNREADABLE
    try:
        copy = stripped(content)
    except (*FAULTS, Image.DecompressionBombError):
        return UNREADABLE
    sys.stdout.buffer.write(copy)
    return 0


if __name__ == "__main__":
    sys.exit(main())
