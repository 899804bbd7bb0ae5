"""Forms of missions, accounts and roles."""

import re
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext, gettext_lazy

from paragraph8.server.missions.models import (
    FORMATS,
    Account,
    Institution,
    Mission,
    Organisation,
)
from paragraph8.server.missions.roles import ROLES

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
CODE = RegexValidator(
    r"^[A-Za-z0-9._-]+\Z", gettext_lazy("Letters, digits, dot, hyphen and underscore only.")
)
# ASCII alone: a name that only looks like another one could be taken for it.
USERNAME = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]+\Z",
    gettext_lazy("Small letters a-z, digits, dot, hyphen and underscore; two signs at least."),
)


class Languages(forms.CharField):
    """A list of languages, written as `en, ru`."""

    def prepare_value(self, value: Any) -> Any:
        """The list as a line."""
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """The line as a list, without repetitions."""
        words = super().clean(value).replace(",", " ").split()
        for word in words:
            if not LANGUAGE.fullmatch(word):
                raise forms.ValidationError(
                    gettext("%(word)s is no language code. Write codes like en, ru, kk."),
                    params={"word": word},
                )
        return list(dict.fromkeys(words))


class SettingsForm(forms.Form):
    """What can change in a mission."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=FORMATS,
        help_text=gettext_lazy("Decides which observers there are and which figures are allowed."),
    )
    country = forms.CharField(
        label=gettext_lazy("Country"),
        min_length=2,
        max_length=2,
        help_text=gettext_lazy("Two letters of ISO 3166, as KZ."),
    )
    languages = Languages(
        label=gettext_lazy("Languages of the forms"),
        help_text=gettext_lazy("The default first, as: en, ru, kk."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=[(name, name) for name in sorted(available_timezones())],
        initial="UTC",
    )
    pledge_version = forms.CharField(
        label=gettext_lazy("Code of conduct in force"),
        max_length=20,
        initial="1",
        help_text=gettext_lazy(
            "Its version. With a new one, phones work again once their observers have signed it."
        ),
    )

    def clean_country(self) -> str:
        """In capitals."""
        country: str = self.cleaned_data["country"].upper()
        if not re.fullmatch(r"[A-Z]{2}", country):
            raise forms.ValidationError(gettext("Two letters a-z."))
        return country


class MissionForm(SettingsForm):
    """A new mission."""

    slug = forms.SlugField(
        label=gettext_lazy("Short name"),
        max_length=40,
        help_text=gettext_lazy("Stands in addresses and file names and never changes."),
    )
    simulated = forms.BooleanField(
        label=gettext_lazy("A rehearsal or demonstration: its people and reports are invented"),
        required=False,
    )
    field_order = ("title", "slug", "format", "country", "languages", "time_zone")

    def clean_slug(self) -> str:
        """Not taken yet."""
        slug: str = self.cleaned_data["slug"]
        if Mission.objects.filter(slug=slug).exists():
            raise forms.ValidationError(gettext("Another mission has this short name."))
        return slug


class AccountForm(forms.Form):
    """A new account."""

    username = forms.CharField(
        label=gettext_lazy("Name for logging in"), max_length=60, validators=[USERNAME]
    )
    administrator = forms.BooleanField(
        label=gettext_lazy("Administrator of this server"),
        required=False,
        help_text=gettext_lazy("Makes missions and accounts. Sees no report without a role."),
    )

    def clean_username(self) -> str:
        """Not taken yet."""
        name: str = self.cleaned_data["username"]
        if Account.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(gettext("Another account has this name."))
        return name


class AccountName(forms.CharField):
    """The name of an active account, cleaned into the account."""

    def clean(self, value: Any) -> Account:
        """The account. A name that is not there is an error."""
        name = super().clean(value)
        account = Account.objects.filter(username__iexact=name, is_active=True).first()
        if account is None:
            raise forms.ValidationError(
                gettext("There is no account of this name. The administrator makes accounts.")
            )
        return account


class HeadForm(forms.Form):
    """Who leads a mission; given by the administrator."""

    account = AccountName(label=gettext_lazy("Account"))
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[(role.name, role.title) for role in ROLES if role.name in ("head", "deputy")],
    )


class MemberForm(forms.Form):
    """The role of a person in a mission, and the part of it that the person sees."""

    account = AccountName(label=gettext_lazy("Account"))
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        # No role is chosen beforehand: the first of the list leads the mission.
        choices=[("", gettext_lazy("choose")), *((role.name, role.title) for role in ROLES)],
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Only this organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("all"),
        help_text=gettext_lazy("Sees only its observers and reports."),
    )
    area = forms.CharField(
        label=gettext_lazy("Only this area"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("The code of the area; everything below it is included."),
    )

    def __init__(self, mission: Mission, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        organisations: Any = self.fields["organisation"]
        organisations.queryset = mission.organisations.all()

    def clean_area(self) -> str:
        """Without a slash at its end, which would bound to nothing."""
        area: str = self.cleaned_data["area"].strip().strip("/")
        return area


class BodyForm(forms.Form):
    """A sending institution or a member of a coalition."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=20, validators=[CODE])
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)

    def __init__(
        self,
        kind: type[Institution] | type[Organisation],
        mission: Mission,
        *args: Any,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.taken = kind.objects.filter(mission=mission)

    def clean_code(self) -> str:
        """Not taken yet in this mission."""
        code: str = self.cleaned_data["code"]
        if self.taken.filter(code=code).exists():
            raise forms.ValidationError(gettext("This code is in the list already."))
        return code
