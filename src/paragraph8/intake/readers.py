"""Reading files: bytes in, a table of text out, or a Problem; never another exception."""

from paragraph8.intake.csv_reader import read_csv
from paragraph8.intake.limits import Limits, check_size
from paragraph8.intake.raw_rows import FileOptions, RawRows, damaged
from paragraph8.intake.unpack import gunzip
from paragraph8.intake.xlsx_reader import read_xlsx
from paragraph8.kernel.problem import Problem

__all__ = ["ENDINGS", "FileOptions", "RawRows", "read_rows"]

ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".xlsx")


def read_rows(
    file: str, content: bytes, options: FileOptions = FileOptions(), limits: Limits = Limits()
) -> RawRows:
    """Read a file's bytes as rows of text; nothing is interpreted yet.

    `file` is a name for the reader of messages; its ending tells the format. In a .tsv file the
    cells are separated by tabs unless another delimiter than the comma is named.

    Problems: intake.empty_file, intake.file_too_large, intake.truncated_gzip,
        intake.damaged_file, intake.expands_too_far, intake.wrong_encoding, intake.too_many_rows,
        intake.too_many_cells, intake.duplicate_column, intake.missing_sheet; and
        mapping.bad_value for an encoding, delimiter or header row that cannot be.
    """
    name = file.lower()
    if not name.endswith(ENDINGS):
        raise damaged(file, "a table", f"its ending is none of {', '.join(ENDINGS)}")
    check_size(file, len(content), limits)
    _check_header_row(file, options)
    if name.endswith(".xlsx"):
        return read_xlsx(file, content, options, limits)
    if name.endswith(".gz"):
        content = gunzip(file, content, limits)
        name = name.removesuffix(".gz")
    tabs = name.endswith(".tsv") and options.delimiter == ","
    return read_csv(file, content, options, limits, "\t" if tabs else options.delimiter)


def _check_header_row(file: str, options: FileOptions) -> None:
    if options.header_row < 1:
        raise Problem(
            "mapping.bad_value",
            file=file,
            where="[file] header_row",
            value=options.header_row,
            expected="1 or more",
        )
