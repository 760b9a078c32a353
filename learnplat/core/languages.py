"""The four languages of the platform."""

import enum


class Language(enum.StrEnum):
    AR = "ar"
    EN = "en"
    FR = "fr"
    ES = "es"

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`, as HTML writes it."""
        return "rtl" if self is Language.AR else "ltr"

    @property
    def locale(self) -> str:
        """Its conventions; “en” alone would be American."""
        return "en_GB" if self is Language.EN else self.value

    @property
    def own_name(self) -> str:
        """The language's name in itself."""
        return {"ar": "العربية", "en": "English", "fr": "Français", "es": "Español"}[self.value]


def language_of(code: str | None) -> Language | None:
    """The language of a code such as `fr` or `fr-FR`, or None when it is not ours."""
    try:
        return Language((code or "").split("-")[0].lower())
    except ValueError:
        return None
