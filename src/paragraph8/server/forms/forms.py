"""What the pages of forms take."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from paragraph8.server.forms.codebook import title_in
from paragraph8.tables.codebook_reader import CODEBOOK_FORMS

MINUTES = "%Y-%m-%dT%H:%M"


class CodebookForm(forms.Form):
    """Which form of the codebook."""

    form = forms.ChoiceField(label=gettext_lazy("Form of the codebook"))

    def __init__(self, language: str, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["form"]
        field.choices = [(name, title_in(name, language)) for name in CODEBOOK_FORMS]


class UploadForm(forms.Form):
    """An XLSForm."""

    file = forms.FileField(
        label=gettext_lazy("XLSForm"),
        help_text=gettext_lazy("A workbook (.xlsx) with the sheets survey, choices and settings."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )


class CloseForm(forms.Form):
    """When a form closes; the time is in the zone that is active."""

    at = forms.DateTimeField(
        label=gettext_lazy("Close at"),
        required=False,
        help_text=gettext_lazy("Left empty: now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTES),
        input_formats=[MINUTES],
    )
