"""Countries and areas: ISO 3166-1 codes, M49 regions and groupings, United Nations names."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from learnplat.core.languages import Language


@dataclass(frozen=True, slots=True)
class Country:
    """One country or area of the M49 list. `region` and `subregion` are M49 codes.

    `intermediate` is the M49 code of the part of a large sub-region, or empty.
    """

    code: str
    m49: str
    region: str
    subregion: str
    intermediate: str
    is_ldc: bool
    is_lldc: bool
    is_sids: bool
    is_member: bool
    names: dict[str, str]

    def name(self, language: Language) -> str:
        """The United Nations short name."""
        return self.names[language]


def _rows(name: str) -> list[dict[str, str]]:
    text = files("learnplat.core").joinpath(f"data/{name}").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def countries() -> dict[str, Country]:
    """Every country or area by its ISO alpha-2 code."""
    return {
        row["code"]: Country(
            code=row["code"],
            m49=row["m49"],
            region=row["region"],
            subregion=row["subregion"],
            intermediate=row["intermediate"],
            is_ldc=row["ldc"] == "1",
            is_lldc=row["lldc"] == "1",
            is_sids=row["sids"] == "1",
            is_member=row["member"] == "1",
            names={code: row[code] for code in Language},
        )
        for row in _rows("countries.csv")
    }


def is_country(code: str) -> bool:
    return code in countries()


def country_name(code: str, language: Language) -> str:
    return countries()[code].name(language)


@cache
def _regions() -> dict[str, dict[str, str]]:
    return {row["code"]: {code: row[code] for code in Language} for row in _rows("regions.csv")}


def region_name(code: str, language: Language) -> str:
    """The name of an M49 region at any level, or of the groupings `ldc`, `lldc`, `sids`."""
    return _regions()[code][language]


def part_of_world(code: str) -> str:
    """The M49 code of the smallest region that a country stands in: Western Africa for Niger."""
    country = countries()[code]
    return country.intermediate or country.subregion
