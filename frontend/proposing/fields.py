"""Fields that accept what people write: telephones with dots, addresses of sites without https://, commas in numbers.

They tidy; `places/proposals/values.py` judges.
"""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from places.contacts import as_e164

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MANY = 20


class TextField(forms.CharField):
    """One line, or several with a text area. Characters that no text needs are left out."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(_CONTROL.sub("", str(value)) if value else value) or ""
        return text.replace("\r\n", "\n")


class PhoneField(TextField):
    """A French number as people write it → +33329450000; what cannot be read stays as it was typed."""

    def to_python(self, value: Any) -> str:
        return phone(super().to_python(value))

    def prepare_value(self, value: Any) -> Any:
        return spoken(value) if isinstance(value, str) else value


def phone(text: str) -> str:
    return as_e164(text) or text


def spoken(number: str) -> str:
    """+33329450000 → 03 29 45 00 00, as it is dictated and typed again."""
    if re.fullmatch(r"\+33\d{9}", number):
        return " ".join(re.findall("..", f"0{number[3:]}"))
    return number


class LinesField(TextField):
    """A short list, one a line; commas and spaces separate too, where no item may hold any."""

    def __init__(self, *, separators: str = r"[\s,;]+", **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 2}))
        super().__init__(**kwargs)
        self.separators = separators

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(item) for item in value) if isinstance(value, (list, tuple)) else value

    def clean(self, value: Any) -> list[str]:
        parts = [part.strip() for part in re.split(self.separators, super().clean(value))]
        items = list(dict.fromkeys(self.tidy(part) for part in parts if part))
        if len(items) > _MANY:
            raise forms.ValidationError(_("Vingt lignes au plus."))
        return items

    def tidy(self, item: str) -> str:
        return item


class SitesField(LinesField):
    def tidy(self, item: str) -> str:
        return web_address(item)


class SiteField(TextField):
    def to_python(self, value: Any) -> str:
        return web_address(super().to_python(value))


def web_address(text: str) -> str:
    """`www.exemple.fr` → `https://www.exemple.fr`; another scheme stays, to be refused with its sentence."""
    return text if not text or re.match(r"[a-z][a-z0-9+.-]*:", text, re.IGNORECASE) else f"https://{text}"


class DigitsField(TextField):
    """SIRET and the like: written in groups, kept without spaces."""

    def to_python(self, value: Any) -> str:
        return re.sub(r"[\s.]", "", super().to_python(value))


class DegreesField(TextField):
    """Degrees with a point or a comma; None when empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:.6f}" if isinstance(value, float) else value

    def clean(self, value: Any) -> float | None:
        text = super().clean(value).replace(",", ".").replace("−", "-").rstrip("°").strip()
        if not text:
            return None
        if not re.fullmatch(r"[+-]?\d{1,3}(\.\d{1,15})?", text):
            raise forms.ValidationError(_("Écrivez des degrés, comme 48,7727."))
        return round(float(text), 6)


class YesNoField(forms.ChoiceField):
    """True, False, or None when nobody knows."""

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no", None: ""}.get(value, value) if not isinstance(value, str) else value

    def clean(self, value: Any) -> bool | None:
        return {"yes": True, "no": False}.get(super().clean(value))


class DayField(forms.DateField):
    """A day, from the browser's calendar or written 06/01/2027."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **kwargs)
