"""Forms of observers, teams, phones and plans. A seat's bounds limit what can be chosen."""

import re
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from paragraph8.server.missions.access import Seat
from paragraph8.server.missions.models import Mission
from paragraph8.server.people import access
from paragraph8.server.people.countries import is_nationality
from paragraph8.server.people.models import Observer, Team
from paragraph8.server.people.words import KIND_SPELLINGS, KIND_WORDS, REVOKE_REASONS, STAGE_WORDS
from paragraph8.server.setup.models import Election, Station

LANGUAGE = re.compile(r"[a-z]{2,3}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
DAYS = ["%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y"]


def day_field(label: str) -> forms.DateField:
    """A date; typed lists may write it with points."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, input_formats=DAYS, widget=widget)


class PersonForm(forms.Form):
    """What is written down about a person; checked alike on the page and in an imported list."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=list(KIND_WORDS.items()))
    nationality = forms.CharField(
        label=gettext_lazy("Nationality"),
        help_text=gettext_lazy("Two letters of ISO 3166, as PT or SE."),
        max_length=2,
    )
    languages = forms.CharField(
        label=gettext_lazy("Languages"),
        help_text=gettext_lazy("Codes of ISO 639, best first: en, ru."),
        max_length=60,
        required=False,
    )
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=30, required=False)
    accreditation = forms.CharField(
        label=gettext_lazy("Accreditation number"), max_length=40, required=False
    )
    accredited_until = day_field(gettext_lazy("Accredited until"))

    def __init__(self, mission: Mission, *args: Any, **kwargs: Any) -> None:
        self.mission = mission
        super().__init__(*args, **kwargs)

    def clean_nationality(self) -> str:
        """In capitals, and a code that exists."""
        code = str(self.cleaned_data["nationality"]).upper()
        if not is_nationality(code, self.mission.country):
            said = _("%(code)s is no country code of ISO 3166; the United Kingdom is GB.")
            raise forms.ValidationError(said % {"code": code})
        return code

    def clean_languages(self) -> list[str]:
        """A list of codes, each once."""
        words = re.split(r"[\s,;/]+", str(self.cleaned_data["languages"]).lower())
        codes = list(dict.fromkeys(filter(None, words)))
        for code in codes:
            if not LANGUAGE.fullmatch(code):
                said = _("%(code)s is no language code of two or three letters, as en or ru.")
                raise forms.ValidationError(said % {"code": code})
        return codes


def kind_of(spelling: str) -> str:
    """The stored word for a spelling of a kind, as STO; what is unknown stays as it is."""
    word = spelling.strip().lower().replace("-", "_").replace(" ", "_")
    word = word.removesuffix("_observer")
    return KIND_SPELLINGS.get(word, spelling)


class ObserverForm(PersonForm):
    """A person, with institution, organisation and team."""

    institution = forms.ModelChoiceField(
        label=gettext_lazy("Sending institution"), queryset=None, required=False
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Member of the coalition"), queryset=None, required=False
    )
    team = forms.ModelChoiceField(label=gettext_lazy("Team"), queryset=None, required=False)

    def __init__(self, seat: Seat, observer: Observer | None, *args: Any, **kwargs: Any) -> None:
        if observer is not None:
            kwargs["initial"] = initial_of(observer)
        super().__init__(seat.mission, *args, **kwargs)
        _choices(self, "institution", access.institutions(seat))
        # The team a person is in may be offered even if the seat does not see it: else saving
        # something else would take the person out of it.
        own = Q(pk=observer.team_id) if observer is not None else Q(pk=None)
        teams = Team.objects.filter(Q(pk__in=access.teams(seat).order_by()) | own)
        _choices(self, "team", teams)
        if seat.membership.area:
            # An observer without a team lies in no area and could not be seen again.
            self.fields["team"].required = True
        _bound_organisation(self, seat)


class TeamForm(forms.Form):
    """A team: its code, kind, area and organisation."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Letters, digits, hyphens; as T01. Reports carry it."),
        max_length=20,
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=list(KIND_WORDS.items()))
    area = forms.CharField(
        label=gettext_lazy("Area"),
        help_text=gettext_lazy("The code of the area where the team is deployed."),
        max_length=100,
        required=False,
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Member of the coalition"), queryset=None, required=False
    )

    def __init__(self, seat: Seat, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = access.areas(seat).order_by("code").values_list("code", flat=True).distinct()
        self.area_codes = list(codes)
        self.fields["area"].required = bool(seat.membership.area)
        self.fields["area"].widget.attrs["list"] = "area-codes"
        _bound_organisation(self, seat)

    def clean_code(self) -> str:
        """A code that can stand in a file name and in a user name."""
        code = str(self.cleaned_data["code"])
        if not CODE.fullmatch(code):
            raise forms.ValidationError(_("Use letters, digits, hyphens and underscores only."))
        return code

    def clean_area(self) -> str:
        """An area that the seat sees."""
        area = str(self.cleaned_data["area"])
        if area and area not in self.area_codes:
            raise forms.ValidationError(_("No area that you can see has this code."))
        return area


class StopForm(forms.Form):
    """One more stop in a team's route."""

    station = forms.CharField(label=gettext_lazy("Station"), max_length=60)
    form = forms.ChoiceField(label=gettext_lazy("Form"), choices=list(STAGE_WORDS.items()))

    def __init__(self, seat: Seat, election: Election, *args: Any, **kwargs: Any) -> None:
        self.stations = access.stations(seat, election)
        super().__init__(*args, **kwargs)
        self.fields["station"].widget.attrs["list"] = "station-codes"

    def clean_station(self) -> Station:
        """A station of the election that has not left the list."""
        station = self.stations.filter(code=self.cleaned_data["station"]).first()
        if station is None:
            raise forms.ValidationError(_("No station that you can see has this code."))
        if station.withdrawn:
            raise forms.ValidationError(_("This station was withdrawn from the list."))
        return station


class ConflictForm(forms.Form):
    """A declared conflict of interest."""

    text = forms.CharField(
        label=gettext_lazy("What the observer declares"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class TrainingForm(forms.Form):
    """The day of the training."""

    day = day_field(gettext_lazy("Trained on"))


class RevokeForm(forms.Form):
    """Why a phone's access ends."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=list(REVOKE_REASONS.items()))


class UploadForm(forms.Form):
    """A table to read."""

    file = forms.FileField(label=gettext_lazy("File (CSV or XLSX)"))


def initial_of(observer: Observer) -> dict[str, Any]:
    """An observer's fields as ObserverForm shows them."""
    names = ("name", "kind", "nationality", "phone", "accreditation", "accredited_until")
    facts = {name: getattr(observer, name) for name in names}
    links = {
        name: getattr(observer, f"{name}_id") for name in ("institution", "organisation", "team")
    }
    return {**facts, **links, "languages": ", ".join(observer.languages)}


def initial_of_team(team: Team) -> dict[str, Any]:
    """A team's fields as TeamForm shows them."""
    return {
        "code": team.code,
        "kind": team.kind,
        "area": team.area,
        "organisation": team.organisation_id,
    }


def _choices(form: forms.Form, name: str, rows: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows


def _bound_organisation(form: forms.Form, seat: Seat) -> None:
    rows = access.organisations(seat)
    _choices(form, "organisation", rows)
    if seat.membership.organisation_id:
        form.fields["organisation"].required = True
        form.fields["organisation"].empty_label = None
    elif not rows.exists():
        del form.fields["organisation"]
