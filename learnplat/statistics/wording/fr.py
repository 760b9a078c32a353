"""The report in French. United Nations style: un to neuf in words, figures from 10."""

from learnplat.statistics.wording.form import NARROW, NO_BREAK, Facts, Wording, grouped, joined

_WORDS = ("aucun", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
_LANGUAGES = {"ar": "arabe", "en": "anglais", "fr": "français", "es": "espagnol"}


def number(value: int) -> str:
    return grouped(value, NO_BREAK)


def numeral(value: int) -> str:
    return _WORDS[value] if value < len(_WORDS) else number(value)


def counted(value: int, one: str, many: str) -> str:
    """A number with its noun: “six cours en ligne”, “un praticien”."""
    return f"{numeral(value)}{NO_BREAK if value > 9 else ' '}{one if value == 1 else many}"


def paragraph(facts: Facts) -> str:
    first, is_empty = _courses(facts)
    return f"{first} {_discussions(facts, is_empty)}"


def _courses(facts: Facts) -> tuple[str, bool]:
    courses = counted(facts.courses, "cours en ligne", "cours en ligne")
    if not facts.practitioners:
        if not facts.courses:
            return (
                "Aucun cours en ligne n’a été dispensé et aucun praticien n’a été formé "
                "au cours de la période."
            ), True
        return (
            f"Le Service a dispensé {courses}{NARROW}; aucun praticien n’en a achevé un "
            "au cours de la période."
        ), False
    practitioners = counted(facts.practitioners, "praticien originaire", "praticiens originaires")
    if len(facts.countries) == 1:
        origin = f"du pays suivant{NARROW}: {facts.countries[0]}"
    else:
        places = counted(len(facts.countries), "pays", "pays")
        origin = f"des {places} suivants{NARROW}: {joined(facts.countries, ' et ')}"
    if not facts.courses:
        return (
            f"Aucun cours en ligne ne s’est achevé au cours de la période{NARROW}; "
            f"le Service a formé {practitioners} {origin}."
        ), False
    return f"Le Service a dispensé {courses} et formé {practitioners} {origin}.", False


def _discussions(facts: Facts, is_first: bool) -> str:
    if not facts.discussions:
        return "Aucune discussion en temps réel n’a été organisée."
    if facts.discussions == 1:
        held = "une discussion en temps réel a été organisée"
    else:
        held = counted(facts.discussions, "", "discussions en temps réel ont été organisées")
    spoken = joined(sorted(f"en {_LANGUAGES[code]}" for code in facts.languages), " et ")
    opening = "Au cours de la même période" if is_first else "En outre"
    return f"{opening}, {held} {spoken}."


WORDING = Wording(
    paragraph=paragraph,
    number=number,
    colon=f"{NARROW}: ",
    languages=_LANGUAGES | {"mul": "plusieurs langues"},
    labels={
        "title": "Participation",
        "period": "Période",
        "since": "Premier jour",
        "until": "Dernier jour",
        "zone": "Fuseau horaire",
        "as_at": "Chiffres arrêtés au",
        "basis": "Diffusion",
        "internal": "Interne\u202f: ne pas publier sans vérifier les petits effectifs",
        "digest": "Empreinte",
        "paragraph": "Paragraphe pour le rapport",
        "totals": "Totaux",
        "countries": "Pays",
        "courses": "Cours",
        "definitions": "Définitions",
        "figure": "Chiffre",
        "value": "Valeur",
        "section": "Section",
        "definition": "Définition",
        "country": "Pays ou zone",
        "code": "Code",
        "region": "Région",
        "subregion": "Sous-région",
        "course": "Cours",
        "language": "Langue",
        "gender": "Genre",
        "profession": "Profession",
        "by_gender": "Praticiens formés, par genre",
        "by_profession": "Praticiens formés, par profession",
        "by_language": "Praticiens formés, par langue",
        "courses_delivered": "Cours dispensés",
        "practitioners_trained": "Praticiens formés",
        "country_count": "Pays",
        "enrolments": "Inscriptions",
        "completions": "Achèvements",
        "users": "Utilisateurs",
        "user_country_count": "Pays des utilisateurs",
        "discussions_held": "Discussions en direct organisées",
        "discussion_languages": "Langues des discussions",
        "discussion_participants": "Participants aux discussions",
        "attendances": "Participations aux discussions",
        "nothing": "Rien au cours de cette période",
    },
    definitions={
        "period": "Du premier au dernier jour inclus\u202f; les jours sont ceux du temps universel "
        "coordonné (UTC). Les comptes du personnel et les comptes d’essai ne sont jamais comptés.",
        "courses_delivered": "Sessions de cours qui se sont terminées au cours de la période et "
        "qu’au moins une personne a achevées.",
        "practitioners_trained": "Personnes distinctes ayant achevé au moins un cours au cours de "
        "la période. Une personne qui en a achevé deux est comptée une fois.",
        "countries": "Pays ou zones distincts des praticiens formés, tels qu’ils étaient "
        "enregistrés au moment de l’inscription.",
        "enrolments": "Places dans des sessions de cours acceptées au cours de la période, quelle "
        "qu’en ait été la suite.",
        "completions": "Sessions de cours achevées, chacune par une personne, à une date comprise "
        "dans la période.",
        "users": "Comptes enregistrés au dernier jour de la période\u202f: un stock et non un flux.",
        "user_country_count": "Pays ou zones distincts figurant dans les comptes des utilisateurs.",
        "discussions_held": "Discussions en direct qui ont commencé au cours de la période et "
        "n’ont pas été annulées.",
        "discussion_languages": "Langues dans lesquelles ces discussions ont eu lieu.",
        "discussion_participants": "Personnes distinctes ayant assisté à au moins une de ces discussions.",
        "attendances": "Participations à ces discussions\u202f: une par personne et par discussion.",
        "by_country": "Par pays ou zone enregistré au moment de l’inscription. Une personne qui "
        "s’est inscrite depuis deux pays est comptée dans chacun.",
        "by_course": "Sessions de cours comptant une inscription ou un achèvement au cours de la "
        "période, et celles qui y ont été dispensées. Les pays sont ceux des praticiens formés\u202f; "
        "«\u202fmul\u202f» signifie plusieurs langues.",
        "by_gender": "Praticiens formés, selon le genre enregistré au moment de l’inscription.",
        "by_profession": "Praticiens formés, selon la profession enregistrée au moment de "
        "l’inscription.",
        "by_language": "Praticiens formés, selon leur langue enregistrée au moment de "
        "l’inscription.",
    },
)
