"""What the tests of forms share: an own XLSForm, and a mission that has published everything."""

import io

import openpyxl

from paragraph8.server.forms import actions
from paragraph8.server.forms.models import FormVersion
from paragraph8.server.missions.models import Account
from server.world import World

OWN = {
    "survey": [
        ["type", "name", "label::English (en)", "label::Русский (ru)", "calculation"],
        ["start", "start"],
        ["begin group", "queue", "The queue", "Очередь"],
        ["select_one yn", "long", "Was it long?", "Она длинная?"],
        ["select_multiple who", "kept", "Who kept order?", "Кто следил?"],
        ["integer", "people", "How many people?", "Сколько людей?"],
        ["select_one_from_file stations.csv", "H4", "Station", "Участок"],
        ["image", "seen", "Photo", "Фото"],
        ["note", "thanks", "Thank you", "Спасибо"],
        ["end group"],
        ["calculate", "double", "", "", "${people} * 2"],
    ],
    "choices": [
        ["list_name", "name", "label::English (en)", "label::Русский (ru)"],
        ["yn", "yes", "Yes", "Да"],
        ["yn", "no", "No", "Нет"],
        ["who", "police", "Police", "Полиция"],
        ["who", "nobody", "Nobody", "Никто"],
    ],
    "settings": [["form_id", "version", "form_title"], ["queues", "2024-05", "Queues"]],
}


def xlsx(sheets: dict[str, list[list[str]]], **settings: str) -> bytes:
    """An own form, with some settings changed; "" leaves one out."""
    book = openpyxl.Workbook()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for place, column in enumerate(sheets["settings"][0], start=1):
        if column in settings:
            book["settings"].cell(2, place).value = settings[column] or None
    del book["Sheet"]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(row: int, column: int, text: str) -> dict[str, list[list[str]]]:
    survey = [list(cells) for cells in OWN["survey"]]
    survey[row][column] = text
    return {**OWN, "survey": survey}


def publish_everything(world: World, by: Account) -> dict[str, FormVersion]:
    """All forms of the codebook, published: form id -> its newest version."""
    actions.publish(actions.draft_from_codebook(world.mission, "counting", by), by)
    actions.publish_all(world.mission, by)
    versions = FormVersion.objects.select_related("form__mission").order_by("pk")
    return {version.form.form_id: version for version in versions}


def url(world: World, rest: str = "") -> str:
    return f"/m/{world.mission.slug}/forms{rest}"
