"""Months and days in the languages whose dates are read as they are shown: (short, full), from January and Monday."""

LANGUAGES = {9: "en", 7: "de", 12: "fr", 10: "es", 16: "it", 19: "nl", 22: "pt"}  # by Windows' number
NAMES = {
    "en": (
        "Jan January Feb February Mar March Apr April May May Jun June Jul July Aug August Sep September Oct October "
        "Nov November Dec December",
        "Mon Monday Tue Tuesday Wed Wednesday Thu Thursday Fri Friday Sat Saturday Sun Sunday",
    ),
    "de": (
        "Jan Januar Feb Februar Mrz März Apr April Mai Mai Jun Juni Jul Juli Aug August Sep September Okt Oktober "
        "Nov November Dez Dezember",
        "Mo Montag Di Dienstag Mi Mittwoch Do Donnerstag Fr Freitag Sa Samstag So Sonntag",
    ),
    "fr": (
        "janv. janvier févr. février mars mars avr. avril mai mai juin juin juil. juillet août août sept. septembre "
        "oct. octobre nov. novembre déc. décembre",
        "lun. lundi mar. mardi mer. mercredi jeu. jeudi ven. vendredi sam. samedi dim. dimanche",
    ),
    "es": (
        "ene enero feb febrero mar marzo abr abril may mayo jun junio jul julio ago agosto sep septiembre oct octubre "
        "nov noviembre dic diciembre",
        "lun lunes mar martes mié miércoles jue jueves vie viernes sáb sábado dom domingo",
    ),
    "it": (
        "gen gennaio feb febbraio mar marzo apr aprile mag maggio giu giugno lug luglio ago agosto set settembre "
        "ott ottobre nov novembre dic dicembre",
        "lun lunedì mar martedì mer mercoledì gio giovedì ven venerdì sab sabato dom domenica",
    ),
    "nl": (
        "jan januari feb februari mrt maart apr april mei mei jun juni jul juli aug augustus sep september okt oktober "
        "nov november dec december",
        "ma maandag di dinsdag wo woensdag do donderdag vr vrijdag za zaterdag zo zondag",
    ),
    "pt": (
        "jan janeiro fev fevereiro mar março abr abril mai maio jun junho jul julho ago agosto set setembro "
        "out outubro nov novembro dez dezembro",
        "seg segunda-feira ter terça-feira qua quarta-feira qui quinta-feira sex sexta-feira sáb sábado dom domingo",
    ),
}


def pairs(words: str) -> tuple[tuple[str, str], ...]:
    """“Jan January Feb February” as pairs."""
    listed = words.split()
    return tuple(zip(listed[::2], listed[1::2], strict=True))


MONTHS = {language: pairs(months) for language, (months, _) in NAMES.items()}
DAYS = {language: pairs(days) for language, (_, days) in NAMES.items()}
