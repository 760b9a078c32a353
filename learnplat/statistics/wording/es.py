"""The report in Spanish. United Nations style: uno to diez in words, figures from 11."""

import re

from learnplat.statistics.wording.form import NO_BREAK, Facts, Wording, grouped, joined

_WORDS = (
    "ningún",
    "un",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
)
_LANGUAGES = {"ar": "árabe", "en": "inglés", "fr": "francés", "es": "español"}
_IN_ORDER = ("ar", "es", "fr", "en")
_SOUNDS_I = re.compile(r"h?[ií](?!e)", re.IGNORECASE)


def number(value: int) -> str:
    return grouped(value, NO_BREAK)


def numeral(value: int) -> str:
    return _WORDS[value] if value < len(_WORDS) else number(value)


def counted(value: int, one: str, many: str) -> str:
    """A number with its noun, all masculine here: “seis cursos en línea”, “un profesional”."""
    return f"{numeral(value)}{NO_BREAK if value > 10 else ' '}{one if value == 1 else many}"


def listed(names: list[str]) -> str:
    """“Chile, Perú y Uruguay”; the conjunction is e before the sound i: “francés e inglés”."""
    last = " e " if names and _SOUNDS_I.match(names[-1]) else " y "
    return joined(names, last)


def paragraph(facts: Facts) -> str:
    first, is_empty = _courses(facts)
    return f"{first} {_discussions(facts, is_empty)}"


def _courses(facts: Facts) -> tuple[str, bool]:
    courses = counted(facts.courses, "curso en línea", "cursos en línea")
    if not facts.practitioners:
        if not facts.courses:
            return (
                "Durante el período no se impartió ningún curso en línea ni se capacitó a "
                "ningún profesional."
            ), True
        return (
            f"La Subdivisión impartió {courses}; ningún profesional completó uno durante el "
            "período."
        ), False
    practitioners = counted(facts.practitioners, "profesional", "profesionales")
    if len(facts.countries) == 1:
        origin = f"del país siguiente: {facts.countries[0]}"
    else:
        places = counted(len(facts.countries), "país", "países")
        origin = f"de los {places} siguientes: {listed(list(facts.countries))}"
    if not facts.courses:
        return (
            f"Durante el período no concluyó ningún curso en línea; la Subdivisión capacitó a "
            f"{practitioners} {origin}."
        ), False
    return f"La Subdivisión impartió {courses} y capacitó a {practitioners} {origin}.", False


def _discussions(facts: Facts, is_first: bool) -> str:
    if not facts.discussions:
        return "No se celebró ningún debate en tiempo real."
    held = counted(facts.discussions, "debate en tiempo real", "debates en tiempo real")
    verb = "se celebró" if facts.discussions == 1 else "se celebraron"
    spoken = listed([_LANGUAGES[code] for code in _IN_ORDER if code in facts.languages])
    opening = "Durante el mismo período" if is_first else "Además,"
    return f"{opening} {verb} {held} en {spoken}."


WORDING = Wording(
    paragraph=paragraph,
    number=number,
    languages=_LANGUAGES | {"mul": "varios idiomas"},
    labels={
        "title": "Participación",
        "period": "Período",
        "since": "Primer día",
        "until": "Último día",
        "zone": "Zona horaria",
        "as_at": "Cifras al",
        "basis": "Difusión",
        "internal": "Interna: no publicar sin comprobar las cifras pequeñas",
        "digest": "Huella digital",
        "paragraph": "Párrafo para el informe",
        "totals": "Totales",
        "countries": "Países",
        "courses": "Cursos",
        "definitions": "Definiciones",
        "figure": "Cifra",
        "value": "Valor",
        "section": "Sección",
        "definition": "Definición",
        "country": "País o zona",
        "code": "Código",
        "region": "Región",
        "subregion": "Subregión",
        "course": "Curso",
        "language": "Idioma",
        "gender": "Género",
        "profession": "Profesión",
        "by_gender": "Profesionales capacitados, por género",
        "by_profession": "Profesionales capacitados, por profesión",
        "by_language": "Profesionales capacitados, por idioma",
        "courses_delivered": "Cursos impartidos",
        "practitioners_trained": "Profesionales capacitados",
        "country_count": "Países",
        "enrolments": "Inscripciones",
        "completions": "Finalizaciones",
        "users": "Usuarios",
        "user_country_count": "Países de los usuarios",
        "discussions_held": "Debates en directo celebrados",
        "discussion_languages": "Idiomas de los debates",
        "discussion_participants": "Participantes en los debates",
        "attendances": "Asistencias a los debates",
        "nothing": "Nada en este período",
    },
    definitions={
        "period": "Del primer al último día, ambos incluidos; los días son los del tiempo "
        "universal coordinado (UTC). Nunca se cuentan las cuentas del personal ni las de prueba.",
        "courses_delivered": "Ediciones de cursos que terminaron en el período y que al menos una "
        "persona completó.",
        "practitioners_trained": "Personas distintas que completaron al menos un curso en el "
        "período. Quien completó dos se cuenta una vez.",
        "countries": "Países o zonas distintos de los profesionales capacitados, según constaban "
        "en el momento de la inscripción.",
        "enrolments": "Plazas en ediciones de cursos aceptadas en el período, cualquiera que haya "
        "sido su desenlace.",
        "completions": "Ediciones de cursos completadas, cada una por una persona, en una fecha "
        "comprendida en el período.",
        "users": "Cuentas registradas hasta el último día del período: un total acumulado, no un flujo.",
        "user_country_count": "Países o zonas distintos que figuran en las cuentas de los usuarios.",
        "discussions_held": "Debates en directo que comenzaron en el período y no se cancelaron.",
        "discussion_languages": "Idiomas en que se celebraron esos debates.",
        "discussion_participants": "Personas distintas que asistieron al menos a uno de esos "
        "debates.",
        "attendances": "Asistencias a esos debates: una por persona y debate.",
        "by_country": "Por país o zona que constaba en el momento de la inscripción. Quien se "
        "inscribió desde dos países se cuenta en cada uno.",
        "by_course": "Ediciones de cursos con una inscripción o una finalización en el período, y "
        "las impartidas en él. Los países son los de los profesionales capacitados; «mul» "
        "significa varios idiomas.",
        "by_gender": "Profesionales capacitados, por el género que constaba en el momento de la "
        "inscripción.",
        "by_profession": "Profesionales capacitados, por la profesión que constaba en el momento "
        "de la inscripción.",
        "by_language": "Profesionales capacitados, por el idioma que constaba en el momento de la "
        "inscripción.",
    },
)
