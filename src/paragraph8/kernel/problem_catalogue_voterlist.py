"""The problems of the voter-list audit; part of the catalogue in `problem_catalogue`."""

VOTERLIST: dict[str, str] = {
    # privacy
    "voterlist.bad_key": (
        "The mission key is {bytes} bytes and must be {expected} random bytes. Nothing was "
        "computed. Use the key file that was made when the audit was opened; without it, begin "
        "the audit anew."
    ),
    "voterlist.key_exists": (
        "{file} exists. A mission key is never overwritten, since every reference would change. "
        "Close the audit first, or name a new working folder."
    ),
    "voterlist.key_open": (
        "{file} can be read by others on this machine (mode {mode}). It was not used. Set its mode "
        "to 0600 if nobody else had access; otherwise begin the audit anew with a new key."
    ),
    "voterlist.bad_recipient": (
        "{key}… is no public key of age. It begins with age1 and is 62 signs long. Copy it whole "
        "from the message of the recipient, and compare it with them by voice."
    ),
    "voterlist.secret_key_given": (
        "A secret key was given where the recipient's public key belongs. Nothing was sealed. "
        "Delete it here, tell its owner to make a new pair, and ask for the public key (age1…)."
    ),
    "voterlist.folder_not_empty": (
        "{folder} holds files. An audit begins in a folder of its own; name a new or empty one."
    ),
    "voterlist.not_an_audit": (
        "{folder} is no working folder of an audit: it is a link, or has no file {marker} as this "
        "software writes it. Nothing was changed. Name the folder in which the audit was opened."
    ),
    "voterlist.folder_open": (
        "{folder} is open to others on this machine (mode {mode}). Nothing was done. Set its mode "
        "to 0700, and ask who could read it meanwhile."
    ),
    "voterlist.audit_running": (
        "Another command is at work in {folder}. Nothing was done. Wait until it has ended."
    ),
    "voterlist.case_incomplete": (
        "The case file lacks {missing}. Names are handed over only with mission, purpose, legal "
        "basis, recipient and the day of deletion. Nothing was written; state what is missing."
    ),
    "voterlist.case_empty": (
        "None of {categories} has a case. There is nothing to hand over; no file was made."
    ),
    "voterlist.case_too_large": (
        "The case file would hold {entries:,} entries and more than {limit:,} bytes. Nothing was "
        "written. Name fewer categories, or make one file for each area that the recipient needs."
    ),
    "voterlist.case_mismatch": (
        "{missing:,} entries of the decisions are not in the working store. No case file was "
        "written. The decisions were made of other inputs; run the audit again, then try anew."
    ),
    "voterlist.purge_link": (
        "{file} in the working folder is {kind}. Nothing was deleted: its content would outlive "
        "the purge, or the purge reach outside the folder. Remove it by hand, then purge again."
    ),
    "voterlist.purge_remains": (
        "After the purge of {folder}, {count} files are there or gone against its rules: {files}. "
        "There is no receipt. See that no other program writes there, then purge again."
    ),
    # reading lists
    "voterlist.not_confirmed": (
        '{file}: {where} is still "?". Nothing about a list is guessed. Look at the comment '
        "beside it, write what is right, and try again."
    ),
    "voterlist.dates_not_stated": (
        "{file}: {where} maps a column with dates but does not say in which order they are "
        'written, and 03.04.1985 is two days. Write dates = "dmy", "mdy" or "ymd"; '
        "p8 voterlist suggest shows which orders the file allows."
    ),
    "voterlist.unknown_role": "{file}: {where} has no role {role!r}. Roles are {known}.",
    "voterlist.no_names": (
        "{file} has {empty:,} empty rows and no name below its header. Check header_row and "
        "sheet in the mapping, and that the export finished."
    ),
    "voterlist.ragged": (
        "{file}: {ragged:,} of {rows:,} rows have another number of cells than the header, the "
        "first is row {row}. Cells would land under wrong headers. Name the right delimiter in "
        "the mapping, or have the file exported again with cells in quotation marks."
    ),
    "voterlist.mixed_encoding": (
        "{file}, line {line}: byte {byte} is not {encoding}. {others:,} of the {lines:,} lines "
        "with letters outside ASCII read as {guess} instead: files of two encodings were put "
        "together. Convert the parts to UTF-8 first, then join them."
    ),
    "voterlist.other_encoding": (
        "{file}, line {line}: byte {byte} and those around it are UTF-8, but the mapping says "
        '{encoding}, in which every name would be other letters. Write encoding = "utf-8".'
    ),
    "voterlist.unusable_column": (
        "{file}, column {column}: its type is {type}, which is no text, number or date. Have it "
        "exported as text, or leave it out of the mapping."
    ),
    "voterlist.same_file": (
        "{paper} and {electronic} are the same file, byte for byte (SHA-256 {sha256}). A list "
        "compared with itself agrees. Give the paper list and the electronic list."
    ),
    "voterlist.two_date_orders": (
        "The {list} list has dates in two orders. {stated:,} of {rows:,} rows are a date only as "
        "{order} (for instance row {stated_row}), {other:,} only as {other_order} (row "
        "{other_row}). Of the others nobody can tell day from month. Split the file by its "
        "source, and give each part its own order."
    ),
    "voterlist.wrong_date_order": (
        "The {list} list: as {order}, {impossible:,} of {rows:,} dates do not exist (for instance "
        'row {row}); as {other_order} all but {left:,} do. Write dates = "{other_order}" in the '
        "mapping if the source confirms it."
    ),
    # field tests
    "voterlist.two_populations": (
        "{entries} is a share of the entries of a list, {residents} a share of the people who "
        "should be on it. They are never put in one column, added or compared: the one says how "
        "current a list is, the other how complete. Show them apart, each with its base."
    ),
    "voterlist.missing_column": (
        "{file} has no column {missing} among the {columns:,} of its row {row}. Correct the "
        "mapping, or header_row. The names found are not repeated here, since a row that is no "
        "header holds a person; p8 voterlist suggest shows them."
    ),
    "voterlist.duplicate_column": (
        "{file}: row {row} names a column twice: {column}. Rename one of them, or export the "
        "list without it."
    ),
    # review
    "voterlist.review_nothing_to_draw": (
        "The decisions hold no pair, and no two open rows agree on a name or on the date of "
        "birth. There is nothing to review."
    ),
    "voterlist.review_row_missing": (
        "Row {row} is not in the {list} list. The decisions were made from another version of it. "
        "Read the list that they were made from, or match again."
    ),
    "voterlist.review_sample_exists": (
        "{file} exists. A sample is drawn once, before anybody looks at pairs; a second draw would "
        "let its result be chosen. Go on with it, or open a new working folder and say why."
    ),
    "voterlist.review_no_sample": "There is no {file}. Draw the sample first.",
    "voterlist.review_sample_changed": (
        "{file} is not as it was drawn: its SHA-256 differs from the one written beside it. "
        "Nothing was estimated. Restore it from a copy."
    ),
    "voterlist.review_other_decisions": (
        "{file} was drawn from other decisions than these, and says nothing of them. Give the "
        "decisions it was drawn from, or draw a sample from these in a new working folder."
    ),
    "voterlist.review_in_use": (
        "{file} is open in another review. Two reviewers need two labels; close the other one if "
        "it is your own."
    ),
    "voterlist.review_no_answers": (
        "There is no {file}. Both reviewers must have answered before anything is estimated."
    ),
    "voterlist.review_bad_answers": (
        "{file}, line {line}: expected {expected}. Answer files are written by the review only. "
        "Restore it from a copy."
    ),
    "voterlist.review_other_items": (
        "The answers speak of item {item}, and the sample has no such item among its {items:,}. "
        "They belong to another sample."
    ),
    "voterlist.review_stratum_unreviewed": (
        "No pair of the stratum {stratum} ({size:,} pairs) has an answer of both reviewers, so "
        "nothing is known of it. Go on with the review."
    ),
    "voterlist.no_header": (
        "{file}: none of its first {rows} rows names two columns in a known language "
        "({languages}). Nothing is shown, for the rows may be of people. Write the mapping by "
        "hand; see docs/how-to/map-a-voter-list.md."
    ),
    # counting pages instead of names
    "voterlist.no_counts": (
        "{file} has {rows:,} rows and none with a station, a list and a number of names. Check "
        "the headers: station, list (paper or electronic), page, first_serial, last_serial, "
        "names, struck_out, added."
    ),
    "voterlist.unknown_list": (
        "{file}, row {row}: the list is neither paper nor electronic; the row is in no total. "
        "Write one of the two words."
    ),
    "voterlist.not_a_count": (
        "{file}, row {row}, column {column}: there is no whole number from 0 on, or it is above "
        "any list. The cell is left out. Correct it from the photograph."
    ),
    "voterlist.first_after_last": (
        "{file}, row {row}: the first serial number is above the last; neither is used. The "
        "names still count. Correct them from the photograph."
    ),
    "voterlist.names_not_serials": (
        "{file}, row {row}: there are not as many names as serial numbers from first to last. "
        "Both are kept. Count the page again; if both are right, say so in the report."
    ),
    "voterlist.overlapping_serials": (
        "{file}, row {row}: the page begins with a serial number that row {other_row} has already "
        "passed. Both pages count. Check that no page was entered twice."
    ),
    "voterlist.serial_gap": (
        "{file}, row {row}: serial numbers are missing between row {other_row} and this page. "
        "Enter the page that is missing, or note that the list jumps."
    ),
    "voterlist.struck_above_names": (
        "{file}, row {row}: more names are struck out than stand on the page. All numbers are "
        "kept. Correct them from the photograph."
    ),
    "voterlist.printed_total_differs": (
        "{file}, row {row}: the total printed on the list is not the sum of the names of its "
        "pages. Check that every page was entered; if so, the list contradicts itself."
    ),
    # the audit as a whole
    "voterlist.no_spark": (
        "The engine spark needs {missing}. Nothing was read. Install it, or leave --engine out: "
        "duckdb, which comes with this software, gives the same result."
    ),
    "voterlist.rows_lost": (
        "List {list} has {rows:,} rows, and {decided:,} decisions on {distinct:,} of them. This is "
        "a fault of the software: nothing was written; please report it."
    ),
    "voterlist.too_many_pairs": (
        "{pairs:,} pairs would have to be compared; the limit is {limit:,}. Most come from entries "
        "that agree in {columns} ({offered:,}). Check whether these columns are mapped to what "
        "they are called, or audit the areas one by one."
    ),
    "voterlist.places_like_names": (
        "The column mapped to {column} has {values:,} different values in {entries:,} entries: too "
        "many for places. Check the mapping; counts by such a column would give names away."
    ),
    "voterlist.no_inputs": (
        "{folder} has no {file}, which says where the lists are. Run the audit again."
    ),
    "voterlist.list_changed": (
        "{file} is not the file that was audited as {list}. Put the audited file in its place; row "
        "numbers mean nothing in another."
    ),
    "voterlist.case_needs": (
        "A case file needs {missing}. Nothing was read. It holds names: say for whom, for what, "
        "and until when."
    ),
    "voterlist.other_election": (
        "The audit in {folder} is of the election {election}; the snapshot has {known}. Run the "
        "audit with --election as the mission calls it."
    ),
}
