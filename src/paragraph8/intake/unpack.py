"""Unpacking gzip with a bound: a file that claims to be small is not believed."""

import zlib

from paragraph8.intake.limits import Limits
from paragraph8.intake.raw_rows import damaged
from paragraph8.kernel.problem import Problem

_GZIP_MAGIC = b"\x1f\x8b"
_SLICE_BYTES = 1 << 16
_CHUNK_BYTES = 1 << 20

# bgzip makes one member per 64 kB, so 1 GB has some 16,000. Members that hold nothing would cost
# time without ever reaching the limit on bytes.
_MAX_MEMBERS = 50_000


def gunzip(file: str, content: bytes, limits: Limits) -> bytes:
    """The unpacked bytes of a gzip file of one or more members; zeros after the last are padding.

    Problems: intake.damaged_file, intake.truncated_gzip, intake.expands_too_far.
    """
    chunks: list[bytes] = []
    room = limits.max_unpacked_bytes
    position = 0
    for _ in range(_MAX_MEMBERS):
        position, room = _unpack_member(file, content, position, room, limits, chunks)
        if not content[position : position + 1].strip(b"\0"):
            if content[position:].strip(b"\0"):
                raise damaged(file, "gzip", "something other than gzip follows the data")
            return b"".join(chunks)
    raise damaged(file, "gzip", f"it is in more than {_MAX_MEMBERS:,} pieces")


def _unpack_member(
    file: str, content: bytes, start: int, room: int, limits: Limits, chunks: list[bytes]
) -> tuple[int, int]:
    """Unpack the member at `start` into `chunks`; return where it ends and how much room is left.

    The input goes in by slices: zlib copies what it has not used on every call.
    """
    if content[start : start + 2] != _GZIP_MAGIC:
        raise damaged(file, "gzip", "it does not begin as gzip data do")
    member = zlib.decompressobj(wbits=31)
    position = start
    while not member.eof:
        piece = content[position : position + _SLICE_BYTES]
        if not piece:
            raise Problem("intake.truncated_gzip", file=file)
        position += len(piece)
        while piece and not member.eof:
            try:
                chunk = member.decompress(piece, min(_CHUNK_BYTES, room + 1))
            except zlib.error as fault:
                raise damaged(file, "gzip", str(fault)) from fault
            room -= len(chunk)
            if room < 0:
                limit = limits.max_unpacked_bytes
                raise Problem("intake.expands_too_far", file=file, limit=limit)
            chunks.append(chunk)
            piece = member.unconsumed_tail
    return position - len(member.unused_data), room
