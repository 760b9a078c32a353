"""The report in Arabic: words up to ten, which take the other gender from three on, then figures.

A counted noun follows CLDR's plural classes: one and two carry their own form; the plural after a
number whose last two figures are 03 to 10; the singular accusative after 11 to 99; the singular
genitive after 00, 01 and 02.
"""

from dataclasses import dataclass

from learnplat.statistics.wording.form import Facts, Wording, grouped, joined

_LANGUAGES = {"ar": "العربية", "en": "الإنكليزية", "fr": "الفرنسية", "es": "الإسبانية"}
_IN_ORDER = ("es", "en", "ar", "fr")
# Three to ten, as they stand before a feminine and before a masculine noun.
_BEFORE_FEMININE = ("ثلاث", "أربع", "خمس", "ست", "سبع", "ثماني", "تسع", "عشر")
_BEFORE_MASCULINE = ("ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة")


@dataclass(frozen=True, slots=True)
class Noun:
    """The forms of a counted noun, each with the words that follow it."""

    one: str
    two: str
    few: str
    many: str
    other: str
    is_feminine: bool


_COURSES = Noun(
    one="دورة تدريبية واحدة على الإنترنت",
    two="دورتين تدريبيتين على الإنترنت",
    few="دورات تدريبية على الإنترنت",
    many="دورة تدريبية على الإنترنت",
    other="دورة تدريبية على الإنترنت",
    is_feminine=True,
)
_PRACTITIONERS = Noun(
    one="ممارسا واحدا",
    two="ممارسين اثنين",
    few="ممارسين",
    many="ممارسا",
    other="ممارس",
    is_feminine=False,
)
# The subject of a passive verb, so the dual is in the nominative.
_DISCUSSIONS = Noun(
    one="مناقشة مباشرة واحدة",
    two="مناقشتان مباشرتان",
    few="مناقشات مباشرة",
    many="مناقشة مباشرة",
    other="مناقشة مباشرة",
    is_feminine=True,
)
_COUNTRIES = Noun(
    one="بلد واحد", two="بلدان", few="بلدان", many="بلدا", other="بلد", is_feminine=False
)


def number(value: int) -> str:
    return grouped(value, ",")


def counted(value: int, noun: Noun) -> str:
    """A number with its noun: «ست دورات», «162 ممارسا», «دورتين»."""
    if value == 1:
        return noun.one
    if value == 2:
        return noun.two
    form = noun.few if 3 <= value % 100 <= 10 else noun.many if value % 100 > 10 else noun.other
    if value <= 10:
        words = _BEFORE_FEMININE if noun.is_feminine else _BEFORE_MASCULINE
        return f"{words[value - 3]} {form}"
    return f"{number(value)} {form}"


def paragraph(facts: Facts) -> str:
    first, is_empty = _courses(facts)
    return f"{first} {_discussions(facts, is_empty)}"


def _origin(countries: list[str]) -> str:
    listed = joined(countries, "، و", "، و") if len(countries) > 2 else " و".join(countries)
    if len(countries) == 1:
        return f"من بلد واحد هو: {listed}"
    if len(countries) == 2:
        return f"من البلدين التاليين: {listed}"
    if len(countries) <= 10:
        return f"من البلدان ال{_BEFORE_MASCULINE[len(countries) - 3]} التالية: {listed}"
    return f"من البلدان التالية وعددها {counted(len(countries), _COUNTRIES)}: {listed}"


def _courses(facts: Facts) -> tuple[str, bool]:
    if not facts.practitioners:
        if not facts.courses:
            return "لم تُقدَّم أي دورة تدريبية على الإنترنت ولم يُدرَّب أي ممارس خلال الفترة.", True
        return (
            f"قدّم الفرع {counted(facts.courses, _COURSES)}، ولم يُتمّ أي ممارس دورة خلال الفترة."
        ), False
    practitioners = counted(facts.practitioners, _PRACTITIONERS)
    origin = _origin(list(facts.countries))
    if not facts.courses:
        return (
            f"لم تُختتم أي دورة تدريبية على الإنترنت خلال الفترة، ودرّب الفرع {practitioners} "
            f"{origin}."
        ), False
    return (f"قدّم الفرع {counted(facts.courses, _COURSES)} ودرّب {practitioners} {origin}."), False


def _discussions(facts: Facts, is_first: bool) -> str:
    if not facts.discussions:
        return "ولم تُجر أي مناقشة مباشرة."
    spoken = joined([_LANGUAGES[code] for code in _IN_ORDER if code in facts.languages], " و", " و")
    opening = "وخلال الفترة نفسها" if is_first else "وبالإضافة إلى ذلك"
    return f"{opening}، أُجريت {counted(facts.discussions, _DISCUSSIONS)} ب{spoken}."


WORDING = Wording(
    paragraph=paragraph,
    number=number,
    languages=_LANGUAGES | {"mul": "عدة لغات"},
    labels={
        "title": "المشاركة",
        "period": "الفترة",
        "since": "اليوم الأول",
        "until": "اليوم الأخير",
        "zone": "المنطقة الزمنية",
        "as_at": "الأرقام في",
        "basis": "النشر",
        "internal": "داخلي: لا يُنشر قبل التحقق من الأعداد الصغيرة",
        "digest": "البصمة الرقمية",
        "paragraph": "فقرة التقرير",
        "totals": "المجاميع",
        "countries": "البلدان",
        "courses": "الدورات",
        "definitions": "التعاريف",
        "figure": "الرقم",
        "value": "القيمة",
        "section": "القسم",
        "definition": "التعريف",
        "country": "البلد أو المنطقة",
        "code": "الرمز",
        "region": "الإقليم",
        "subregion": "الإقليم الفرعي",
        "course": "الدورة",
        "language": "اللغة",
        "gender": "الجنس",
        "profession": "المهنة",
        "by_gender": "الممارسون المدرَّبون حسب الجنس",
        "by_profession": "الممارسون المدرَّبون حسب المهنة",
        "by_language": "الممارسون المدرَّبون حسب اللغة",
        "courses_delivered": "الدورات المقدَّمة",
        "practitioners_trained": "الممارسون المدرَّبون",
        "country_count": "البلدان",
        "enrolments": "حالات الالتحاق",
        "completions": "حالات الإتمام",
        "users": "المستخدمون",
        "user_country_count": "بلدان المستخدمين",
        "discussions_held": "المناقشات المباشرة المعقودة",
        "discussion_languages": "لغات المناقشات",
        "discussion_participants": "المشاركون في المناقشات",
        "attendances": "حالات حضور المناقشات",
        "nothing": "لا شيء في هذه الفترة",
    },
    definitions={
        "period": "من اليوم الأول إلى اليوم الأخير، وكلاهما مشمول؛ والأيام محسوبة بالتوقيت العالمي "
        "المنسق (UTC). ولا تُحسب أبدا حسابات فريق المنصة ولا الحسابات التجريبية.",
        "courses_delivered": "دفعات الدورات التي انتهت خلال الفترة وأتمها شخص واحد على الأقل.",
        "practitioners_trained": "الأشخاص المختلفون الذين أتموا دورة واحدة على الأقل بتاريخ يقع في "
        "الفترة. ومن أتم دورتين يُحسب مرة واحدة.",
        "countries": "البلدان أو المناطق المختلفة للممارسين المدرَّبين كما سُجلت عند التحاقهم.",
        "enrolments": "المقاعد التي قُبل شغلها في دفعات الدورات خلال الفترة، أيا كان ما آلت إليه.",
        "completions": "حالات إتمام دفعات الدورات بتاريخ يقع في الفترة: حالة لكل شخص في كل دفعة.",
        "users": "الحسابات المسجلة حتى اليوم الأخير من الفترة: رصيد قائم لا تدفق.",
        "user_country_count": "البلدان أو المناطق المختلفة الواردة في حسابات المستخدمين.",
        "discussions_held": "المناقشات المباشرة التي بدأت خلال الفترة ولم تُلغ.",
        "discussion_languages": "اللغات التي عُقدت بها تلك المناقشات.",
        "discussion_participants": "الأشخاص المختلفون الذين حضروا واحدة على الأقل من تلك المناقشات.",
        "attendances": "حالات حضور تلك المناقشات: حالة لكل شخص في كل مناقشة.",
        "by_country": "حسب البلد أو المنطقة كما سُجل عند الالتحاق. ومن التحق من بلدين يُحسب في كل "
        "منهما.",
        "by_course": "دفعات الدورات التي شهدت خلال الفترة التحاقا أو إتماما، والدفعات المقدَّمة فيها. "
        "والبلدان هي بلدان الممارسين المدرَّبين؛ ويعني الرمز mul عدة لغات.",
        "by_gender": "الممارسون المدرَّبون حسب الجنس المسجل عند الالتحاق.",
        "by_profession": "الممارسون المدرَّبون حسب المهنة المسجلة عند الالتحاق.",
        "by_language": "الممارسون المدرَّبون حسب لغتهم المسجلة عند الالتحاق.",
    },
)
