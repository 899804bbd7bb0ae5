"""Every problem the software can report: a stable code, and where + what + remedy in a sentence.

A code's first word is the part of the line it comes from. `docs/reference/problems.md` is made
from this table, and a test fails for a code that no test provokes.
"""

from paragraph8.kernel.problem_catalogue_server import SERVER
from paragraph8.kernel.problem_catalogue_voterlist import VOTERLIST

CATALOGUE: dict[str, str] = {
    # files, before anything in them is believed
    "intake.file_too_large": (
        "{file} is {size:,} bytes; the limit is {limit:,}. Nothing was read. "
        "Split the file, or raise the limit with --max-bytes if you trust where it comes from."
    ),
    "intake.empty_file": "{file} is empty. Check that the download or export finished.",
    "intake.truncated_gzip": (
        "{file} ends in the middle of its compressed data. Fetch it again; nothing was imported."
    ),
    "intake.damaged_file": (
        "{file} cannot be read as {format}: {reason}. Fetch it again, or name the right format."
    ),
    "intake.wrong_encoding": (
        "{file}, line {line}: byte {byte} is not {encoding}. "
        "Name the right encoding in the mapping ([file] encoding = …), for instance cp1251."
    ),
    "intake.too_many_rows": (
        "{file} has more than {limit:,} rows. Nothing was imported. Split the file, or raise the "
        "limit with --max-rows."
    ),
    "intake.too_many_cells": (
        "{file} has more than {limit:,} cells. Nothing was imported. Remove the columns and rows "
        "that are not needed, or raise the limit with --max-cells."
    ),
    "intake.expands_too_far": (
        "{file} would unpack to more than {limit:,} bytes. Nothing was unpacked beyond that. "
        "A results workbook does not do this; do not open the file, ask its sender."
    ),
    "intake.missing_column": (
        "{file} has no column {missing}; it has {found}. "
        "Correct the mapping, or the header row ([file] header_row = …)."
    ),
    "intake.duplicate_column": (
        "{file} names the column {column!r} twice. Rename one of them before importing."
    ),
    "intake.missing_sheet": "{file} has no sheet {sheet!r}; it has {found}.",
    "intake.unknown_file": (
        "{file} is none of the files that the format {format} knows ({expected}). "
        "Rename it as its publisher names it, or use --mapping."
    ),
    "intake.no_results_file": (
        "The format {format} needs a file named like {expected}; got {found}."
    ),
    "intake.unknown_format": "There is no format {format!r}; there are {found}.",
    "intake.nothing_usable": (
        "{file} has {rows:,} rows and not one of them could be read as a protocol. "
        "First fault: row {row}, column {column}: {raw!r}. Check the mapping."
    ),
    "intake.nothing_in_list": (
        "{file} has {rows:,} rows and not one of them could be read as {what}. First fault: row "
        "{row}: {raw!r}. Check which column the code stands in; nothing was changed."
    ),
    # XML of a form, before anything in it is believed
    "intake.xml_empty": "{file} is empty. Send the form again from the device that holds it.",
    "intake.xml_too_large": (
        "{file} is {size:,} bytes of XML; the limit is {limit:,}. Nothing was read. "
        "Photos and other files are sent beside the form, not inside it."
    ),
    "intake.xml_wrong_encoding": (
        "{file}, line {line}: {found} is not UTF-8. Save or export the form as UTF-8."
    ),
    "intake.xml_doctype": (
        "{file}, line {line} declares a document type. A form needs none, and one can hide harm: "
        "remove the <!DOCTYPE …> declaration."
    ),
    "intake.xml_not_well_formed": (
        "{file}, line {line}, column {column}: {reason}. The file is damaged or no XML; send or "
        "export it again."
    ),
    "intake.xml_too_deep": (
        "{file} nests elements more than {limit} deep. No form does this; ask its sender what it "
        "is."
    ),
    "intake.xml_too_many_elements": (
        "{file} has more than {limit:,} elements. Nothing was read. Move long lists of choices "
        "into a file beside the form."
    ),
    "intake.xml_too_many_attributes": (
        "{file}, line {line}: {element} has more than {limit:,} attributes. No form does this; ask "
        "its sender what it is."
    ),
    "intake.not_a_form": (
        "{file} is XML with the root {root}, but no form: it has no model with an instance. "
        "Give the XForm itself, or the spreadsheet it is made from."
    ),
    "intake.no_observation": (
        "{file} has {rows:,} rows and not one of them could be kept as a report. First fault: row "
        "{row}, {fault}. Check which columns the mapping names for team, form and id."
    ),
    "file.not_usable": (
        "{file} cannot be read or written: {reason}. Name another place, or change its permissions."
    ),
    # mapping files
    "mapping.not_toml": "{file} is not valid TOML: {reason}.",
    "mapping.missing_file": "{file} does not exist. See docs/how-to/map-your-own-file.md.",
    "mapping.missing_entry": "{file} lacks {entry}. See docs/how-to/map-your-own-file.md.",
    "mapping.unknown_entry": "{file}: {where} has no entry {entry!r}; it has {known}.",
    "mapping.unknown_field": (
        "{file}: {field!r} is no field of a protocol. Fields are {known}; see the glossary."
    ),
    "mapping.unknown_channel": "{file}: {channel!r} is no channel. Channels are {known}.",
    "mapping.unknown_source": "{file}: {source!r} is no source of a protocol. Sources are {known}.",
    "mapping.bad_pattern": "{file}: {pattern!r} is not a usable pattern: {reason}.",
    "mapping.bad_value": "{file}: {where} is {value!r}; expected {expected}.",
    # cells and rows that are kept as faults
    "fault.not_a_number": "{file}, row {row}, column {column}: {raw!r} is not a whole number.",
    "fault.negative": "{file}, row {row}, column {column}: {raw!r} is below zero.",
    "fault.too_large": (
        "{file}, row {row}, column {column}: {raw!r} is more than any station can count."
    ),
    "fault.impossible_date": "{file}, row {row}, column {column}: {raw!r} is not a date.",
    "fault.not_a_position": "{file}, row {row}, column {column}: {raw!r} is not a position.",
    "fault.duplicate_station": (
        "{file}, row {row}: station {raw!r} was already given by an earlier row; kept as a "
        "further copy and left out of every figure."
    ),
    "fault.no_station": "{file}, row {row}: the station code is missing; the row is kept as text.",
    "fault.no_numbers": (
        "{file}, row {row}: none of the numbers that the mapping asks for stands in the row; kept "
        "as text. The station is listed without a protocol."
    ),
    "fault.unknown_contestant": (
        "{file}, row {row}, column {column}: {raw!r} is not the name of a contestant of this "
        "election; its total is not used."
    ),
    "fault.ragged_row": (
        "{file}, row {row}: the row has another number of cells than the header; kept as text."
    ),
    # rows and cells of lists of stations and contestants
    "list.repeated_station": (
        "{file}, row {row}: station {raw!r} was already given by an earlier row, which stands. "
        "Remove one of the two."
    ),
    "list.no_contestant": (
        "{file}, row {row}: the code of the contestant is missing; the row is not used. Add a code."
    ),
    "list.repeated_contestant": (
        "{file}, row {row}: contestant {raw!r} was already given by an earlier row, which stands. "
        "Remove one of the two, or give it a code of its own."
    ),
    "list.not_a_place": (
        "{file}, row {row}, column {column}: {raw!r} is no place on a ballot. Give a whole number "
        "from 1 on."
    ),
    "list.repeated_place": (
        "{file}, row {row}, column {column}: another contestant has the place {raw!r} on this "
        "ballot; both are kept. Correct one of them."
    ),
    "list.too_long": (
        "{file}, row {row}, column {column}: {raw!r} is longer than can be kept. Shorten it."
    ),
    "list.unknown_word": (
        "{file}, row {row}, column {column}: {raw!r} is none of the words of this column. Use one "
        "of them, or a mapping."
    ),
    # reports of observers, and answers in them, that are kept as faults
    "observation.mixed_scales": (
        "The items {items} are assessed on different scales; a series of five grades has a middle "
        "that four do not have, and they are never set side by side. Show them apart."
    ),
    "observation.unusable": (
        "{file}, row {row}: the report lacks its team, its id, its form or the time of receipt; "
        "it is in no table. Complete it, or correct the mapping."
    ),
    "observation.duplicate": (
        "{file}, row {row}: a report with the same id was given before; the first one stands. "
        "Remove the repetition, or give each report an id of its own."
    ),
    "observation.unknown_station": (
        "{file}, row {row}, column {column}: no station of the register has the code {raw!r}; the "
        "report is kept without a station. Add the station, or correct the code."
    ),
    "observation.unknown_item": (
        "{file}, row {row}: {column} is no item of this form; its answer is in no table. Add the "
        "item to the mission's items, or map it to one."
    ),
    "observation.bad_answer": (
        "{file}, row {row}, column {column}: {raw!r} is none of the answers of this item. Correct "
        "it, or map the word to an answer."
    ),
    "observation.bad_time": "{file}, row {row}, column {column}: {raw!r} is not a time of day.",
    "observation.departed_before_arrived": (
        "{file}, row {row}, column {column}: the departure at {raw!r} is before the arrival; both "
        "are kept as stated. Ask the team."
    ),
    "observation.not_asked": (
        "{file}, row {row}, column {column}: answered ({raw!r}) although another answer says that "
        "the question was not asked; it counts as skipped. Ask the team."
    ),
    # snapshots
    "snapshot.missing": "{folder} holds no snapshot (no datapackage.json).",
    "snapshot.exists": (
        "{folder} already holds something. A snapshot is never overwritten; name a new folder."
    ),
    "snapshot.unreadable": "{folder}: {file} cannot be read: {reason}.",
    "snapshot.missing_table": "The analysis {analysis} needs the table {table}, which is empty.",
    # analysis
    "analysis.unknown": "There is no analysis {name!r}; there are {known}.",
    "analysis.bad_parameter": "Parameter {parameter} is {value!r}; expected {expected}.",
    "rule.bad_formula": "Rule {rule}: {formula!r} cannot be read at {at!r}.",
    # mission file, standards, decisions
    "mission.missing": "{file} does not exist. A statement needs a mission file; see the tutorial.",
    "mission.not_toml": "{file} is not valid TOML: {reason}.",
    "mission.missing_entry": "{file} lacks {entry}. See docs/tutorial/first-statement.md.",
    "mission.unknown_entry": "{file}: {where} has no entry {entry!r}; it has {known}.",
    "mission.bad_value": "{file}: {where} is {value!r}; expected {expected}.",
    "mission.unknown_election": "{file} names the election {election!r}; the snapshot has {found}.",
    "standard.unknown": "There is no commitment {id!r} in the catalogue.",
    "standard.not_in_force": (
        "{id} {why}; it cannot be cited for an election of {election_day}. "
        "Cite a commitment on the same theme that was in force: {instead}."
    ),
    "decision.unknown_finding": "There is no proposed finding {finding!r}; there are {known}.",
    "decision.bad_entry": "{file}, decision {number}: {reason}.",
    "decision.no_name": "A decision needs the name of the person who takes it (--by).",
    # statement
    "statement.bare_number": (
        "{where}, line {line}: {token!r} is typed in. "
        "Put a reference in its place, for instance {{{{fig:ID|count}}}} or {{{{date:election}}}}."
    ),
    "statement.unknown_reference": (
        "{where}, line {line}: {reference!r} names nothing that exists. {remedy}"
    ),
    "statement.stale_decision": (
        "Finding {finding}: its figures or its wording have changed since {by} decided on {at}. "
        "Read it again and decide anew (p8 findings DIR accept {finding} --by NAME)."
    ),
    "statement.forbidden_words": (
        "{where}, line {line}: the words {token!r} are never written by this software. {remedy}"
    ),
    "statement.exists": "{folder} holds files that no earlier run of this command wrote: {found}.",
    "statement.no_findings": (
        "No finding has been accepted for snapshot {snapshot}. "
        "See the proposals with p8 findings DIR, then accept or word them."
    ),
    **SERVER,
    **VOTERLIST,
}
