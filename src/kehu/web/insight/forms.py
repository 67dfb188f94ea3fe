"""Forms about imported logs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from kehu.web.insight.models import ImportedLog

if TYPE_CHECKING:
    from kehu.analysis.log.preview import Preview

ROLE_LABELS = {
    "case_id": _("Case"),
    "activity": _("Activity"),
    "timestamp": _("Time of completion"),
    "start_timestamp": _("Time of start"),
    "resource": _("Who did it"),
    "department": _("Department"),
    "lifecycle": _("Lifecycle transition"),
    "event_index": _("Order within the same instant"),
}
_MOST_CHOICES = 1000
NEEDED = ("case_id", "activity", "timestamp")


class UploadForm(forms.Form):
    """A file of one's own."""

    file = forms.FileField(label=_("File"), max_length=500, allow_empty_file=True)


class PathForm(forms.Form):
    """A file, or an event store, that lies on this machine."""

    path = forms.CharField(label=_("Path on this machine"), max_length=1000)

    def clean_path(self) -> Path:
        """Refuse what is not there, or no plain file or folder."""
        path = Path(str(self.cleaned_data["path"])).expanduser()
        try:
            found = path.is_absolute() and (path.is_file() or (path / "header.json").is_file())
        except (OSError, ValueError):
            found = False
        if not found:
            raise forms.ValidationError(_("There is no file or event store at this path. Give the whole path."))
        return path.resolve()


class RolesForm(forms.Form):
    """Which column plays which role, and what the file itself does not say."""

    name = forms.CharField(label=_("Name of this log"), max_length=150)
    layout = forms.ChoiceField(
        label=_("A row of the file is"),
        required=False,
        choices=[("", _("as guessed")), ("events", _("one event")), ("wide", _("one case with several times"))],
    )
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        help_text=_("Of times that carry none, and of business hours. Without it no figure in business time is given."),
    )
    lifecycle = forms.ChoiceField(
        label=_("Start and completion of the same work"),
        choices=[("pair", _("are one event")), ("complete", _("only completions count")), ("raw", _("stay apart"))],
    )
    object_type = forms.CharField(
        label=_("Object type that plays the case"),
        max_length=100,
        required=False,
        help_text=_("Only for object-centric logs (OCEL)."),
    )

    def __init__(self, data: Any, *, preview: Preview, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.preview = preview
        _choose(self, "zone", [("", "—"), *((zone, zone) for zone in sorted(available_timezones()))])
        _choose(self, "sheet", [(sheet, sheet) for sheet in preview.sheets])
        if len(preview.sheets) < 2:
            del self.fields["sheet"]
        if preview.columns:
            del self.fields["object_type"]
            self._add_roles(preview)
        else:
            del self.fields["layout"]

    def _add_roles(self, preview: Preview) -> None:
        columns = [("", _("no column")), *((column.name, column.name) for column in preview.columns)]
        shown = ("case_id",) if preview.layout == "wide" else tuple(ROLE_LABELS)
        for role in shown:
            self.fields[f"role_{role}"] = forms.ChoiceField(
                label=ROLE_LABELS[role], choices=columns, required=False, initial=preview.roles.get(role, "")
            )

    @property
    def role_fields(self) -> list[forms.BoundField]:
        """The fields of the roles, in order."""
        return [self[name] for name in self.fields if name.startswith("role_")]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        """The other fields."""
        return [self[name] for name in self.fields if not name.startswith("role_")]

    def clean(self) -> dict[str, Any]:
        """Refuse a column that plays two roles, and a log without case, activity or time."""
        cleaned: dict[str, Any] = super().clean() or {}
        chosen = [column for name, column in cleaned.items() if name.startswith("role_") and column]
        if len(set(chosen)) < len(chosen):
            self.add_error(None, _("One column plays two roles. Choose another for one of them."))
        for role in NEEDED:
            if f"role_{role}" in self.fields and not cleaned.get(f"role_{role}"):
                self.add_error(f"role_{role}", _("This role needs a column."))
        return cleaned

    def options(self) -> dict[str, Any]:
        """What was chosen, as it is stored. An empty role is kept: it means that no column plays it."""
        chosen = self.cleaned_data
        roles = {name.removeprefix("role_"): chosen[name] for name in self.fields if name.startswith("role_")}
        others = {name: chosen.get(name) or "" for name in ("zone", "lifecycle", "layout", "sheet", "object_type")}
        return {"roles": roles} | {name: value for name, value in others.items() if value}


class LogForm(forms.Form):
    """A log's name and who may see it."""

    name = forms.CharField(label=_("Name"), max_length=150)
    visibility = forms.ChoiceField(label=_("Who may see it"), choices=ImportedLog.Visibility.choices)


class ReadingForm(forms.Form):
    """In which zone business time is counted, and which step ends a case for the customer."""

    zone = forms.ChoiceField(label=_("Time zone of business hours"), required=False)
    end_activity = forms.ChoiceField(label=_("Step that ends a case for the customer"), required=False)

    def __init__(self, data: Any, *, activities: Sequence[str], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        as_read = ("", _("as the log has it"))
        _choose(self, "zone", [as_read, *((zone, zone) for zone in sorted(available_timezones()))])
        _choose(self, "end_activity", [as_read, *((name, name) for name in activities[:_MOST_CHOICES])])


class ReasonForm(forms.Form):
    """Why somebody needs the names."""

    reason = forms.CharField(label=_("Why you need the names"), min_length=3, max_length=300)


def _choose(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
