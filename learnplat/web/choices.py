"""What menus offer: (value, label) pairs in the reader's language and in its order."""

from functools import cache

from babel.core import get_global
from babel.dates import get_timezone_location

from learnplat.core.clock import zones
from learnplat.core.collation import collation_key
from learnplat.core.countries import countries, is_country
from learnplat.core.languages import Language
from learnplat.core.lists import label_of

Options = tuple[tuple[str, str], ...]


@cache
def country_options(language: Language) -> Options:
    """Countries and areas under their United Nations names."""
    named = ((code, country.name(language)) for code, country in countries().items())
    return tuple(sorted(named, key=lambda option: collation_key(option[1], language)))


@cache
def zone_options(language: Language, chosen: str = "UTC") -> Options:
    """Time zones as country and city. Old names of a zone are left out, unless one is `chosen`."""
    places = get_global("zone_territories")
    options = []
    for zone in zones():
        territory = places.get(zone)
        if zone == "UTC" or (territory is None and zone != chosen):
            continue
        city = get_timezone_location(zone, locale=language.value, return_city=True)
        city = city.rsplit("/", 1)[-1].replace("_", " ")
        if territory is not None and is_country(territory):
            options.append((zone, f"{countries()[territory].name(language)} – {city}"))
        else:
            options.append((zone, city))
    options.sort(key=lambda option: collation_key(option[1], language))
    return (("UTC", "UTC"), *options)


@cache
def list_options(name: str, keys: tuple[str, ...], language: Language) -> Options:
    """A controlled list in its own order."""
    return tuple((key, label_of(name, key, language)) for key in keys)


LANGUAGE_OPTIONS: Options = tuple((code.value, code.own_name) for code in Language)
