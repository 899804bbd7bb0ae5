"""Forms of elections and of lists."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext, gettext_lazy

from paragraph8.server.missions.models import Mission
from paragraph8.server.setup.models import Election

LONGEST_MAPPING = 50_000
MINUTES = "%Y-%m-%dT%H:%M"
CODE = RegexValidator(
    r"^[A-Za-z0-9._-]+\Z", gettext_lazy("Letters, digits, dot, hyphen and underscore only.")
)


class ElectionForm(forms.Form):
    """One election; times are in the time zone that is active."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    day = forms.DateField(
        label=gettext_lazy("Election day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    round = forms.IntegerField(
        label=gettext_lazy("Round"),
        min_value=1,
        max_value=9,
        initial=1,
        help_text=gettext_lazy("A second round is an election of its own: add it with its day."),
    )
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        required=False,
        validators=[CODE],
    )
    freeze_at = forms.DateTimeField(
        label=gettext_lazy("Reports are late after"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTES),
        input_formats=[MINUTES],
    )

    def __init__(
        self, mission: Mission, *args: Any, election: Election | None = None, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.mission = mission
        self.taken = Election.objects.filter(mission=mission)
        if election:
            self.taken = self.taken.exclude(pk=election.pk)
        self.fields["code"].help_text = gettext(
            "Stands in tables and snapshots. Left empty: %(example)s, from country and day."
        ) % {"example": f"{mission.country.lower()}-2024-05-12"}
        self.fields["freeze_at"].help_text = gettext(
            "Time in %(zone)s. May be left empty. A report received later is marked as late."
        ) % {"zone": mission.time_zone}

    def clean(self) -> dict[str, Any]:
        """With a code, which no other election of the mission has."""
        values: dict[str, Any] = super().clean() or {}
        if "code" in values and not values["code"] and values.get("day"):
            values["code"] = f"{self.mission.country.lower()}-{values['day'].isoformat()}"
        code = values.get("code")
        if code and self.taken.filter(code=code).exists():
            message = gettext("Another election of this mission has the code %(code)s.")
            self.add_error("code", message % {"code": code})
        return values


class ListForm(forms.Form):
    """A list, and how it is written."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or XLSX, one row for each."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.gz,.xlsx"}),
    )
    mapping_file = forms.FileField(
        label=gettext_lazy("Mapping as a file"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".toml,text/plain"}),
    )
    mapping = forms.CharField(
        label=gettext_lazy("or as text (TOML)"),
        required=False,
        max_length=LONGEST_MAPPING,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 8, "class": "code", "dir": "ltr", "spellcheck": "false"}
        ),
    )


class FilterForm(forms.Form):
    """Which stations are listed."""

    text = forms.CharField(
        label=gettext_lazy("Code or name contains"), required=False, max_length=100
    )
    area = forms.CharField(label=gettext_lazy("Area"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=gettext_lazy("Show"),
        required=False,
        choices=[
            ("", gettext_lazy("all")),
            ("used", gettext_lazy("in use")),
            ("withdrawn", gettext_lazy("withdrawn")),
        ],
    )

    def __init__(self, areas: list[tuple[str, str]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["area"].widget = forms.Select(choices=[("", gettext("all")), *areas])
