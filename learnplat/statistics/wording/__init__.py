"""The report in words: one file per language, written by hand, since its grammar is its own."""

from learnplat.core.languages import Language
from learnplat.statistics.wording import ar, en, es, fr
from learnplat.statistics.wording.form import Facts, Wording

_WORDINGS = {
    Language.AR: ar.WORDING,
    Language.EN: en.WORDING,
    Language.FR: fr.WORDING,
    Language.ES: es.WORDING,
}


def wording_of(language: Language) -> Wording:
    return _WORDINGS[language]


__all__ = ["Facts", "Wording", "wording_of"]
