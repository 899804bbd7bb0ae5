"""What the pages of snapshots ask for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from paragraph8.server.missions.models import Mission

FORMAT_NAMES = (
    ("kobo", "KoboToolbox"),
    ("odk_central", "ODK Central"),
    ("mapped", _("Another table, with a mapping")),
)


class FreezeForm(forms.Form):
    """The hour up to which reports are taken."""

    as_of = forms.DateTimeField(
        required=False,
        label=_("Reports received until"),
        help_text=_("In the time zone of the mission. Empty: until now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )


class CollectedForm(forms.Form):
    """A file of reports that were collected elsewhere."""

    election = forms.ModelChoiceField(queryset=None, label=_("Election"))
    format = forms.ChoiceField(choices=FORMAT_NAMES, label=_("Exported by"))
    file = forms.FileField(
        label=_("File (CSV or XLSX)"),
        help_text=_("Named after its form, as counting.csv or voting.xlsx."),
    )
    mapping = forms.FileField(
        required=False, label=_("Mapping (TOML)"), help_text=_("Which column is which.")
    )

    def __init__(self, mission: Mission, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["election"].queryset = mission.elections.all()


class WithdrawForm(forms.Form):
    """Why a file is left out again."""

    reason = forms.CharField(max_length=300, label=_("Reason"))
