"""How people of the office log in: the views of allauth that are needed, and no other one.

There is no sign-up, no log-in by mail, no password sent by mail: a mission's server may have no
way out, and a mailbox is not a place for its keys. The names are those that allauth's own
templates and redirects use.
"""

from typing import Any

from allauth.account import views as account
from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from allauth.core import ratelimit
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.core.exceptions import ValidationError
from django.urls import path

from paragraph8.server.missions.access import for_accounts, for_everybody


class CountedLoginForm(LoginForm):
    """Counts failures by account alone.

    allauth counts them by account and by the host that the request names, which a guesser can
    change with every request.
    """

    def clean(self) -> Any:
        """As allauth does; after too many failures of this name the password is not looked at."""
        # Upper case first, for the database compares names so: "ı" and "i" are one name to it.
        key = f"account:{self.cleaned_data.get('login', '').upper().lower()}"
        limit = {"action": "login_failed", "key": key}
        if not ratelimit.consume(self.request, dry_run=True, **limit):
            raise get_adapter().validation_error("too_many_login_attempts")
        try:
            return super().clean()
        except ValidationError:
            ratelimit.consume(self.request, **limit)
            raise


class LogIn(account.LoginView):
    """Name and password; the second factor follows."""

    form_class = CountedLoginForm


log_in = for_everybody("the door: name and password")(LogIn.as_view())
log_out = for_everybody("ends a session, also one that is half logged in")(account.logout)
inactive = for_everybody("says that an account is deactivated")(account.account_inactive)
second_factor = for_everybody("the second step of a log-in, after the password")(mfa.authenticate)
passkey = for_everybody("the door: a passkey in place of name and password")(
    webauthn.login_webauthn
)

of_accounts = [
    path("login/", log_in, name="account_login"),
    path("logout/", log_out, name="account_logout"),
    path("inactive/", inactive, name="account_inactive"),
    path("reauthenticate/", for_accounts(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", for_accounts(account.password_change), name="account_change_password"),
    path("2fa/", for_accounts(mfa.index), name="mfa_index"),
    path("2fa/authenticate/", second_factor, name="mfa_authenticate"),
    path("2fa/reauthenticate/", for_accounts(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", for_accounts(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", for_accounts(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "2fa/recovery-codes/",
        for_accounts(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/generate/",
        for_accounts(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        for_accounts(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("2fa/webauthn/", for_accounts(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("2fa/webauthn/login/", passkey, name="mfa_login_webauthn"),
    path("2fa/webauthn/add/", for_accounts(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path(
        "2fa/webauthn/reauthenticate/",
        for_accounts(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        for_accounts(webauthn.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path(
        "2fa/webauthn/keys/<int:pk>/edit/",
        for_accounts(webauthn.edit_webauthn),
        name="mfa_edit_webauthn",
    ),
]
