"""The names of levels, of what instruments are and of what is found, in the reader's language."""

from flask_babel import lazy_gettext as _l

LEVELS = {
    "foundation": _l("Foundation course"),
    "intermediate": _l("Intermediate course"),
    "advanced": _l("Advanced course"),
}
GROUP_NAMES = {
    "aviation": _l("Civil aviation"),
    "maritime": _l("Shipping and fixed platforms"),
    "persons": _l("Internationally protected persons"),
    "hostages": _l("Taking of hostages"),
    "nuclear": _l("Nuclear material and nuclear terrorism"),
    "explosives": _l("Plastic explosives"),
    "bombings": _l("Terrorist bombings"),
    "financing": _l("Financing of terrorism"),
    "charter": _l("Charter of the United Nations"),
    "human-rights": _l("Human rights"),
    "treaty-law": _l("Law of treaties"),
    "refugees": _l("Refugees"),
    "organized-crime": _l("Organized crime and corruption"),
    "armed-conflict": _l("Armed conflict and international crimes"),
    "criminal-justice": _l("Standards of criminal justice"),
    "sea": _l("Law of the sea and safety at sea"),
    "weapons": _l("Weapons of mass destruction and nuclear emergencies"),
    "responsibility": _l("Relations and responsibility of States"),
    "cooperation": _l("Model treaties on cooperation"),
    "security-council": _l("Resolutions of the Security Council"),
    "general-assembly": _l("Resolutions of the General Assembly"),
    "regional-terrorism": _l("Regional instruments against terrorism"),
    "regional-cooperation": _l("Regional instruments on cooperation in criminal matters"),
    "regional-rights": _l("Regional instruments on human rights"),
}
KIND_NAMES = {"course": _l("Course"), "unit": _l("Unit"), "instrument": _l("Instrument")}
INSTRUMENT_KINDS = {
    "universal": _l("Universal instruments against terrorism"),
    "treaty": _l("Other treaties"),
    "resolution": _l("Resolutions"),
    "regional": _l("Regional instruments"),
    "model": _l("Model treaties"),
    "standard": _l("Standards and declarations"),
}
BODY_NAMES = {
    "un-general-assembly": _l("United Nations General Assembly"),
    "un-security-council": _l("United Nations Security Council"),
    "un-congress": _l("United Nations congress on crime prevention"),
    "diplomatic-conference": _l("Diplomatic conference"),
    "conference-on-disarmament": _l("Conference on Disarmament and the bodies before it"),
    "icao": _l("Conference convened by the International Civil Aviation Organization"),
    "imo": _l("Conference convened by the International Maritime Organization"),
    "iaea": _l("International Atomic Energy Agency"),
    "fatf": _l("Financial Action Task Force"),
    "african-union": _l("African Union (before 2002, Organization of African Unity)"),
    "arab-league": _l("League of Arab States"),
    "asean": _l("Association of Southeast Asian Nations"),
    "bimstec": _l("Bay of Bengal Initiative (BIMSTEC)"),
    "cis": _l("Commonwealth of Independent States"),
    "council-of-europe": _l("Council of Europe"),
    "oas": _l("Organization of American States"),
    "oic": _l("Organization of Islamic Cooperation"),
    "saarc": _l("South Asian Association for Regional Cooperation"),
    "sco": _l("Shanghai Cooperation Organization"),
}
