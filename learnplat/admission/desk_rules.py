"""What holds at the desk: who may decide, for how long, and what draws the eye."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from learnplat.core.countries import is_country
from learnplat.core.text import ascii_domain

REOPENED_WITHIN = timedelta(days=90)
_LIKE_ENOUGH = 0.85
# Mail that anybody may open: whoever writes from there has shown no office.
_FREE_MAIL = frozenset(
    """
    126.com 163.com aol.com bk.ru daum.net email.com fastmail.com free.fr gmail.com googlemail.com
    guerrillamail.com hanmail.net hey.com icloud.com inbox.ru laposte.net list.ru mac.com mail.com
    mail.ru mailinator.com maktoob.com me.com menara.ma msn.com naver.com orange.fr planet.tn
    proton.me protonmail.com qq.com rediffmail.com sfr.fr sina.com temp-mail.org topnet.tn tuta.com
    tutamail.com tutanota.com wanadoo.fr web.de yopmail.com zoho.com
    """.split()  # noqa: SIM905  read as a paragraph
)
_FREE_MAIL_FAMILIES = frozenset(
    {"gmx", "hotmail", "live", "outlook", "rocketmail", "yahoo", "yandex", "ymail"}
)
# Country names of the Internet that people everywhere use.
_USED_ANYWHERE = frozenset({"ac", "ai", "cc", "co", "fm", "gg", "io", "me", "sh", "tv", "ws"})
_OTHER_SPELLINGS = {
    "uk": "GB",
    "xn--lgbbat1ad8j": "DZ",
    "xn--mgb9awbf": "OM",
    "xn--mgbaam7a8h": "AE",
    "xn--mgbah1a3hjkrd": "MR",
    "xn--mgbayh7gpa": "JO",
    "xn--mgbc0a9azcg": "MA",
    "xn--mgberp4a5d4ar": "SA",
    "xn--mgbpl2fh": "SD",
    "xn--mgbtx2b": "IQ",
    "xn--ogbpf8fl": "SY",
    "xn--pgbs0dh": "TN",
    "xn--wgbh1c": "EG",
    "xn--wgbl6a": "QA",
    "xn--ygbi2ammx": "PS",
}


def waits_for_another(actor_id: int, opinions: Sequence[tuple[bool, int | None]]) -> bool:
    """Whether an officer asked for a second opinion that nobody else has given yet.

    `opinions` are the askings (True) and the answers (False) with who made them, in their order.
    """
    waits = False
    for is_asking, by in opinions:
        if is_asking:
            waits = by == actor_id
        elif by != actor_id:
            waits = False
    return waits


def is_asker(actor_id: int, opinions: Sequence[tuple[bool, int | None]]) -> bool:
    """Whether an officer is the one who asked last: nobody gives the opinion that they asked for."""
    askers = [by for is_asking, by in opinions if is_asking]
    return bool(askers) and askers[-1] == actor_id


def has_answered(actor_id: int, opinions: Sequence[tuple[bool, int | None]]) -> bool:
    """Whether an officer has answered the latest asking already."""
    answered = False
    for is_asking, by in opinions:
        answered = not is_asking and (answered or by == actor_id)
    return answered


def may_reopen(decided_at: datetime | None, now: datetime) -> bool:
    """Whether a declined application can be looked at again."""
    return decided_at is not None and now - decided_at <= REOPENED_WITHIN


def domain_of(address: str | None) -> str:
    """The mail domain as machines write it, in small letters; empty when there is none."""
    domain = (address or "").rpartition("@")[2].casefold()
    return ascii_domain(domain) or domain


def is_free_mail(address: str | None) -> bool:
    domain = domain_of(address)
    return domain in _FREE_MAIL or domain.partition(".")[0] in _FREE_MAIL_FAMILIES


def foreign_country(address: str | None, country: str) -> str | None:
    """The country of the address's domain, when it is one and another than the one stated."""
    last = domain_of(address).rpartition(".")[2]
    code = _OTHER_SPELLINGS.get(last, last.upper())
    if last in _USED_ANYWHERE or code == country or not is_country(code):
        return None
    return code


def words_of(name: str | None) -> frozenset[str]:
    """The words of a name without case and marks, for comparing."""
    plain = "".join(
        char if char.isalnum() else " "
        for char in unicodedata.normalize("NFKD", name or "").casefold()
        if not unicodedata.combining(char)
    )
    return frozenset(plain.split())


def is_like(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two names may be one person's: the same words, most of them, or nearly their letters."""
    if not one or not other:
        return False
    if one == other or len(one & other) >= 2:
        return True
    spelt, other_spelt = " ".join(sorted(one)), " ".join(sorted(other))
    return SequenceMatcher(None, spelt, other_spelt).ratio() >= _LIKE_ENOUGH


def mailbox_of(address: str | None) -> str:
    """What stands before the @, without what one person varies: dots and a label after +."""
    local = (address or "").rpartition("@")[0].casefold()
    return local.partition("+")[0].replace(".", "")
