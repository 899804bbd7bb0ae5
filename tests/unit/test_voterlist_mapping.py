"""Mappings of voter lists: what is wrong in one is named, and what is proposed is not applied."""

import datetime as dt
import tomllib
from importlib import resources
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from paragraph8.intake.raw_rows import FileOptions
from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.fields import ROLES
from paragraph8.voterlist.read.encodings import likely_encoding
from paragraph8.voterlist.read.headings import LANGUAGES, folded, headings
from paragraph8.voterlist.read.mapping import mapping_hash, read_mapping
from paragraph8.voterlist.read.sample import Sample, read_sample
from paragraph8.voterlist.read.suggest import suggest

MAPPING = """
[paper]
supplier = "Election commission of Lumria"
legal_basis = "Election Act, article 26"
received = 2024-04-20
dates = "dmy"
id_kind = "iin"
encoding = "cp1251"
delimiter = ";"

[paper.columns]
number = "Id"
surname = "Surname"
given = "Name"
birth_date = "Born"
street = ["Kind", "Street"]
station = { value = "0123" }
"""
SURNAME, DATES, RECEIVED = 'surname = "Surname"', 'dates = "dmy"', "received = 2024-04-20"
# what stands in the mapping, what stands there instead, the problem, and what its sentence names
WRONG = [
    (SURNAME, 'surname = "Surname', "mapping.not_toml", "line"),
    ("[paper]", "[papr]", "mapping.unknown_entry", "'papr'"),
    ("[paper.columns]", "[paper.column]", "mapping.missing_entry", "columns in [paper]"),
    ('supplier = "Election commission of Lumria"\n', "", "mapping.missing_entry", "supplier"),
    (RECEIVED + "\n", "", "mapping.missing_entry", "received in [paper]"),
    (RECEIVED, 'received = "2024-04-20"', "mapping.bad_value", "without quotation marks"),
    (RECEIVED, 'received = "?"', "voterlist.not_confirmed", "received in [paper]"),
    ("Election commission of Lumria", "?", "voterlist.not_confirmed", "supplier in [paper]"),
    ("Election Act, article 26", " ", "mapping.bad_value", "not blank"),
    (DATES + "\n", "", "voterlist.dates_not_stated", "birth_date in [paper] [columns]"),
    (DATES, 'dates = "?"', "voterlist.not_confirmed", "dates in [paper]"),
    (DATES, 'dates = "dd.mm.yyyy"', "mapping.bad_value", "one of dmy, mdy, ymd"),
    ('id_kind = "iin"\n', "", "mapping.missing_entry", "id_kind"),
    ('id_kind = "iin"', 'id_kind = "?"', "voterlist.not_confirmed", "id_kind"),
    ('delimiter = ";"', 'delimiter = ";;"', "mapping.bad_value", "delimiter in [paper]"),
    ('delimiter = ";"', 'delimiter = "a"', "mapping.bad_value", "delimiter in [paper]"),
    ('encoding = "cp1251"', 'encoding = "klingon"', "mapping.bad_value", "text encoding"),
    ('encoding = "cp1251"', 'encodng = "cp1251"', "mapping.unknown_entry", "'encodng'"),
    (SURNAME, 'surnam = "Surname"', "voterlist.unknown_role", "'surnam'"),
    (SURNAME, 'surname = "?"', "voterlist.not_confirmed", "surname in [paper] [columns]"),
    (SURNAME, "surname = []", "mapping.bad_value", "a text or a list"),
    (SURNAME, 'surname = "Name"', "mapping.bad_value", "each column once"),
    (SURNAME, 'full_name = "Surname"', "mapping.bad_value", "full_name alone"),
    (SURNAME, 'phone = "Surname"', "mapping.bad_value", "surname with given"),
    (SURNAME, SURNAME + '\nfull_name = { value = "x" }', "mapping.bad_value", "a column"),
    ('{ value = "0123" }', '{ valu = "0123" }', "mapping.missing_entry", "value"),
    ('{ value = "0123" }', '{ value = "1", x = "2" }', "mapping.unknown_entry", "'x'"),
]


@pytest.mark.parametrize(("was", "now", "code", "names"), WRONG, ids=[w[1] for w in WRONG])
def test_refused(was, now, code, names):
    assert was in MAPPING
    with pytest.raises(Problem) as caught:
        read_mapping("ana.toml", MAPPING.replace(was, now))
    assert caught.value.code == code, str(caught.value)
    assert names in str(caught.value)
    assert str(caught.value).startswith("ana.toml")


def test_a_file_that_describes_no_list_is_refused():
    with pytest.raises(Problem) as caught:
        read_mapping("ana.toml", "# nothing\n")
    assert caught.value.code == "mapping.missing_entry"


def test_a_mapping_is_read():
    mapping = read_mapping("ana.toml", MAPPING)["paper"]
    assert mapping.columns["street"] == ("Kind", "Street")
    assert mapping.constants == {"station": "0123"}
    assert mapping.headers() == ("Id", "Surname", "Name", "Born", "Kind", "Street")
    assert (mapping.dates, mapping.id_kind, mapping.received) == (
        "dmy",
        "iin",
        dt.date(2024, 4, 20),
    )
    assert mapping.options == FileOptions(delimiter=";", encoding="cp1251")


def test_one_file_may_describe_both_lists():
    both = MAPPING + MAPPING.replace("[paper", "[electronic")
    assert list(read_mapping("ana.toml", both)) == ["paper", "electronic"]


def test_the_hash_tells_meanings_apart_and_not_texts():
    def digest(text: str) -> str:
        return mapping_hash(read_mapping("a.toml", text)["paper"])

    assert digest(MAPPING) == digest("# a comment\n" + MAPPING.replace(" = ", "="))
    for was, now in [("dmy", "mdy"), ('"Kind", "Street"', '"Street", "Kind"'), ("0123", "123")]:
        assert digest(MAPPING) != digest(MAPPING.replace(was, now))


# The dictionary of headers


HEADERS = [
    ("Фамилия", "surname"),
    ("Тегі", "surname"),
    ("LastName", "surname"),
    ("nom de famille", "surname"),
    ("اللقب", "surname"),
    ("Әкесінің аты", "patronymic"),
    ("акесинин аты", "patronymic"),
    ("Дата рождения (дд.мм.гггг)", "birth_date"),
    ("Туған күні, айы, жылы", "birth_date"),
    ("DATE DE NAISSANCE", "birth_date"),
    ("تاريخ الميلاد", "birth_date"),
    ("№ п/п", "serial"),
    ("N° d'ordre", "serial"),
    ("№ избирательного участка", "station"),
    ("polling_station_code", "station"),
    ("Prénom(s)", "given"),
    ("الإسم الكامل", "full_name"),
    ("Ф.И.О.", "full_name"),
    ("ЖСН", "number"),
    ("Место рождения", "birth_place"),
]


@pytest.mark.parametrize(("header", "role"), HEADERS)
def test_headers_are_known(header, role):
    assert headings(header)[0].role == role


def test_unknown_headers_are_not_known():
    assert headings("Ақпарат") == []
    assert headings("") == []
    assert headings("Kommentarfeld") == []


def dictionary() -> dict[str, dict[str, list[str]]]:
    file = resources.files("paragraph8.voterlist.read") / "headers.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def test_every_role_has_headers_in_every_language():
    entries = dictionary()
    assert set(entries) == {*ROLES, "full_name"}
    for role, languages in entries.items():
        assert list(languages) == list(LANGUAGES), role
        for texts in languages.values():
            # Every entry is found again, unless a better one has the same folded form.
            assert all(role in [h.role for h in headings(text)] for text in texts), role


def test_no_header_means_two_things():
    entries = dictionary()
    roles: dict[str, set[str]] = {}
    for role, languages in entries.items():
        for texts in languages.values():
            for text in texts:
                roles.setdefault(folded(text), set()).add(role)
    assert {text: found for text, found in roles.items() if len(found) > 1} == {}


# Proposals


def sample(header: list[str], *rows: tuple) -> Sample:
    return Sample("list.csv", tuple(header), tuple(zip(*rows, strict=True)), FileOptions())


def roles(suggestion) -> dict[str, str | None]:
    return {choice.header: choice.role for choice in suggestion.choices}


def proposed(suggestion, name: str = "list") -> dict:
    return tomllib.loads(suggestion.text)[name]


def test_a_proposal_is_a_mapping_that_asks_for_what_it_cannot_know():
    found = suggest(
        sample(["Фамилия", "Имя", "Дата рождения", "x"], ("Дубов", "Иван", "31.12.1960", None)),
        "paper",
    )
    assert proposed(found, "paper") == {
        "supplier": "?",
        "legal_basis": "?",
        "received": "?",
        "dates": "dmy",
        "encoding": "utf-8",
        "delimiter": ",",
        "header_row": 1,
        "columns": {"surname": "Фамилия", "given": "Имя", "birth_date": "Дата рождения"},
    }
    assert "0 as dmy, 1 as mdy, 1 as ymd" in found.text
    assert not any(cell in found.text for cell in ("Дубов", "Иван", "1960"))
    assert '# left out: "x"' in found.text
    with pytest.raises(Problem) as caught:
        read_mapping("ana.toml", found.text)
    assert caught.value.code == "voterlist.not_confirmed"
    answers = {"supplier": '"E"', "legal_basis": '"A"', "received": "2024-04-20"}
    text = found.text
    for entry, answer in answers.items():
        text = text.replace(f'{entry} = "?"', f"{entry} = {answer}")
    assert read_mapping("ana.toml", text)["paper"].dates == "dmy"


@pytest.mark.parametrize(
    ("cells", "dates"),
    [
        (["03.04.1985", "31.12.1960"], "dmy"),
        (["03.04.1985", "12/31/1960"], "mdy"),
        (["1985-04-03", "1960-12-31"], "ymd"),
        (["03.04.1985", "05.06.1960"], "?"),
        (["31.12.1960", "12.31.1960"], "?"),
        (["unknown"], "?"),
    ],
)
def test_the_order_of_dates_is_proposed_only_where_no_other_is_possible(cells, dates):
    found = suggest(sample(["Born", "Surname"], *((cell, "Oak") for cell in cells)))
    assert proposed(found)["dates"] == dates


def test_contents_speak_where_headers_do_not():
    # 870412300187: 8+14+0+16+5+12+21+0+0+10+88 = 174 = 15 x 11 + 9; so 870412300189.
    found = suggest(
        sample(
            ["A", "B", "C", "D", "E"],
            ("870412300189", "Дубов Иван Петрович", "м", "7", "01.02.1950"),
            ("870412300189", "Кленова Анна Ивановна", "ж", "8", "31.12.2000"),
        )
    )
    assert roles(found) == {
        "A": "number",
        "B": "full_name",
        "C": "sex",
        "D": "serial",
        "E": "birth_date",
    }
    assert proposed(found)["id_kind"] == "iin"


def test_contents_correct_headers():
    found = suggest(
        sample(
            ["ID", "Nom", "Date"],
            ("1", "Oak Ana Maria", "2024-04-01"),
            ("2", "Elm Ben Leo", "2024-04-02"),
        )
    )
    assert roles(found) == {"ID": "serial", "Nom": "full_name", "Date": "entered"}


def test_the_check_digit_of_a_number_is_said():
    ids = ["870412300189", *(f"87041230018{n}" for n in range(9))]
    found = suggest(sample(["ИИН", "Фамилия"], *((number, "Дубов") for number in ids)))
    assert proposed(found)["id_kind"] == "?"
    assert "10% of the numbers" in found.text
    passports = suggest(sample(["Паспорт", "Фамилия"], ("N123", "Дубов")))
    assert proposed(passports)["id_kind"] == "none"


def test_each_role_goes_to_one_column():
    found = suggest(
        sample(["Имя избирателя", "Имя", "ФИО", "Фамилия"], ("Ana", "Ana", "Oak Ana", "Oak"))
    )
    assert roles(found) == {
        "Имя избирателя": "given",
        "Имя": None,
        "ФИО": None,
        "Фамилия": "surname",
    }
    name = suggest(sample(["Name", "Surname"], ("Ana", "Oak")))
    assert roles(name) == {"Name": "given", "Surname": "surname"}
    whole = suggest(sample(["Отчество", "ФИО"], ("Петрович", "Дубов Иван Петрович")))
    assert roles(whole) == {"Отчество": None, "ФИО": "full_name"}


def test_a_list_without_names_is_left_open():
    found = suggest(sample(["Дом", "Квартира"], ("1", "2")))
    assert proposed(found)["columns"]["surname"] == "?"


def test_headers_of_any_text_give_valid_toml():
    header = ['Sur"na\\me\n\x7f', "# x", "]", "Фамилия"]
    found = suggest(sample(header, ("a", "b", "c", "d")))
    assert proposed(found)["columns"]["surname"] == "Фамилия"


# Samples of files


def write(folder: Path, content: bytes, name: str = "list.csv") -> Path:
    (folder / name).write_bytes(content)
    return folder / name


RUSSIAN = "Список избирателей\n\nФамилия;Имя;Отчество\nДубов;Иван;Петрович\nКленова;Анна;\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "koi8-r", "cp866", "utf-16"])
def test_encoding_delimiter_and_header_row_are_proposed(tmp_path, encoding):
    found = read_sample(write(tmp_path, RUSSIAN.encode(encoding)))
    assert found.header == ("Фамилия", "Имя", "Отчество")
    assert found.columns[1] == ("Иван", "Анна")
    assert (found.options.delimiter, found.options.header_row) == (";", 3)
    assert found.options.encoding == encoding.removesuffix("-sig")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("ИВАНОВ ПЕТР СИДОРОВИЧ", "cp1251"),
        ("ИВАНОВ ПЕТР СИДОРОВИЧ", "koi8-r"),
        ("ИВАНОВ ПЕТР СИДОРОВИЧ", "cp866"),
        ("Нұрлан Әлімұлы Қабдөш Жеңіс", "kz1048"),
        ("Zoé Lefèvre, François Noël", "cp1252"),
        ("محمد عبد الله", "cp1256"),
    ],
)
def test_the_likeliest_encoding(text, encoding):
    assert likely_encoding(text.encode(encoding)) == encoding


def test_samples_of_workbooks_and_parquet(tmp_path):
    book = openpyxl.Workbook()
    for row in [("List",), (), ("Surname", "Given name"), ("Oak", "Ana")]:
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    found = read_sample(tmp_path / "list.xlsx")
    assert (found.header, found.options.header_row) == (("Surname", "Given name"), 3)
    assert found.columns == (("Oak",), ("Ana",))

    table = pl.DataFrame({"Surname": ["Oak"], "Born": [dt.date(1960, 12, 31)]})
    table.write_parquet(tmp_path / "list.parquet")
    typed = suggest(read_sample(tmp_path / "list.parquet"))
    assert roles(typed) == {"Surname": "surname", "Born": "birth_date"}
    assert proposed(typed)["dates"] == "ymd"


def test_a_file_without_a_known_header_shows_nothing(tmp_path):
    for content in (b"Oak,Ana,1 Long St\nElm,Ben,2 Long St\n", "Дубов,город,Иван\n".encode()):
        with pytest.raises(Problem) as caught:
            read_sample(write(tmp_path, content))
        assert caught.value.code == "voterlist.no_header"
        assert not {"Oak", "Дубов"} & set(str(caught.value).replace(",", " ").split())


def test_files_that_are_no_lists(tmp_path):
    for name, content, code in [
        ("list.csv", b"", "intake.empty_file"),
        ("list.csv.gz", b"no gzip", "intake.damaged_file"),
        ("list.parquet", b"no parquet", "intake.damaged_file"),
        ("list.xlsx", b"no workbook", "intake.damaged_file"),
    ]:
        with pytest.raises(Problem) as caught:
            read_sample(write(tmp_path, content, name))
        assert caught.value.code == code
    with pytest.raises(Problem):
        read_sample(tmp_path / "none.csv")
