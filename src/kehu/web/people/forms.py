"""Forms about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from kehu.web.people import queries
from kehu.web.people.models import Person


class SignInForm(forms.Form):
    """Name and password."""

    login = forms.CharField(label=_("Sign-in name"), max_length=150)
    password = forms.CharField(label=_("Password"), max_length=1000, strip=False, widget=forms.PasswordInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs.update(autocomplete="username", autocapitalize="none", autofocus=True)
        self.fields["password"].widget.attrs.update(autocomplete="current-password")


class AccountForm(forms.Form):
    """Name, sign-in name and a new password: for oneself, or for somebody new."""

    name = forms.CharField(label=_("Name"), max_length=150)
    login = forms.CharField(label=_("Sign-in name"), max_length=150)
    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput,
        help_text=_("At least ten characters, not a common word."),
    )

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["name"].widget.attrs.update(autocomplete="name")
        self.fields["login"].widget.attrs.update(autocomplete="username", autocapitalize="none")
        self.fields["password"].widget.attrs.update(autocomplete="new-password")

    def clean_login(self) -> str:
        """Refuse a name that is taken."""
        login = str(self.cleaned_data["login"]).strip().casefold()
        if queries.login_taken(login, except_for=self.person):
            raise forms.ValidationError(_("This sign-in name is taken."))
        return login

    def clean(self) -> dict[str, Any]:
        """Refuse a password that is easily guessed."""
        cleaned: dict[str, Any] = super().clean() or {}
        if password := cleaned.get("password"):
            imagined = Person(login=cleaned.get("login", ""), name=cleaned.get("name", ""))
            try:
                validate_password(password, imagined)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned


class RightsForm(forms.Form):
    """What somebody may do."""

    is_active = forms.BooleanField(label=_("May sign in"), required=False)
    is_administrator = forms.BooleanField(label=_("Manages people and rights"), required=False)
    may_unmask = forms.BooleanField(label=_("May see the names behind pseudonyms"), required=False)
