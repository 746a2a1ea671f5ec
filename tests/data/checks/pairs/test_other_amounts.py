"""Two amounts of one thing told in other words; each of the right pairs says why both hold."""

import pytest

from studio.data.checks.check import CheckContext
from studio.data.checks.pairs.conflicts import find_conflicts
from studio.data.checks.pairs.other_amounts import other_amounts
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import pair
from tests.data.right_prices import RIGHT

COURSE = ("How much is the course?", "The course is 240 euros.")


def pairs_of(*rows: tuple[str, str]) -> list[tuple[int, int]]:
    return [*other_amounts(ExampleTexts([pair(at, *row) for at, row in enumerate(rows, 1)]))]


@pytest.mark.parametrize(("row", "other"), [
    (COURSE, ("Hello,\nWhat does the course cost?\nKind regards\nUma", "Hi Uma,\nYou pay 260 EUR for the course.")),
    (("What is the price of the evening with Pierre?", "The evening with Pierre costs 12 euros."),
     ("price of the evening with Pierre?", "It costs 15 euros, a drink is included.")),
    (("How much is a tow?", "A tow is £90."), ("What do you charge for a tow, please?", "We charge £110 for a tow.")),
    (("How long does a spring service take?", "A spring service takes 3 days."),
     ("How long is a spring service?", "It takes 5 days.")),
    (("Was kostet der Abendkurs?", "Der Abendkurs kostet 240 Euro."),
     ("Wie viel kostet der Abendkurs bitte?", "Sie zahlen 260 Euro für den Abendkurs.")),
    (("Combien coûte le cours du soir ?", "Le cours du soir coûte 240 €."),
     ("Combien coûte le cours du soir ?", "Vous payez 260 € pour le cours du soir.")),
    (("¿Cuánto cuesta el curso de noche?", "El curso de noche cuesta 240 euros."),
     ("¿Cuánto cuesta el curso de noche?", "Usted paga 260 euros por el curso de noche.")),
    (("Quanto costa il corso serale?", "Il corso serale costa 240 euro."),
     ("Quanto costa il corso serale?", "Il prezzo del corso serale è 260 euro.")),
    (("Wat kost de avondcursus?", "De avondcursus kost 240 euro."),
     ("Wat kost de avondcursus?", "U betaalt 260 euro voor de avondcursus.")),
    (("Quanto custa o curso noturno?", "O curso noturno custa 240 euros."),
     ("Quanto custa o curso noturno?", "São 260 euros para o curso noturno.")),
])  # fmt: skip
def test_they_are_told_as_a_contradiction(row: tuple[str, str], other: tuple[str, str]) -> None:
    assert pairs_of(row, other) == pairs_of(other, row) == [(0, 1)]
    (seen,) = find_conflicts(ExampleTexts([pair(1, *row), pair(2, *other)]), CheckContext())
    assert seen.rows == (1, 2) and seen.groups == ((1, 2),)


@pytest.mark.parametrize(("row", "other"), [
    (COURSE, ("How much is the course?", "You pay 260 EUR for the advanced course.")),
    (COURSE, ("How much is the evening course?", "The course is 260 euros.")),
    (COURSE, ("How much is the course?", "The course is 60 euros a week.")),
    (COURSE, ("How much is the course?", "The course is 270 dollars.")),
    (COURSE, ("How much is the course?", "The course is 240.00 EUR.")),
    (COURSE, ("How much is the course?", "The course is about 260 euros.")),
    (COURSE, ("How much is the course?", "The course is 260 euros from January on.")),
    (COURSE, ("How much is the course?", "In January we begin anew. The course is 260 euros.")),
    (COURSE, ("How much is the course?", "The course is 200 euros if you are a student.")),
    (COURSE, ("How much is the course?", "Students get a discount. The course is 200 euros.")),
    (COURSE, ("How much is the course?", "The course is 240 euros and the book 28 euros.")),
    (COURSE, ("How much is the course?", "The course with Elin, our master, is 380 euros.")),
    (COURSE, ("How much is the course?", "Your order came to 260 euros.")),
    (COURSE, ("How much is the course?", "You paid 260 euros for the course.")),
    (("How much is my course?", "The course is 240 euros."), ("How much is my course?", "The course is 260 euros.")),
    (("How much is a wash without wax?", "It is 9 euros."), ("How much is a wash with wax?", "It is 14 euros.")),
    (("How much is the bus from Otterby to Buxton?", "It is £4."),
     ("How much is the bus from Buxton to Otterby?", "It is £5.")),
    (("How much is it?", "It is 14 euros."), ("What does it cost?", "It is 20 euros.")),
    (("How long does a service take?", "A service takes 2 weeks."),
     ("How long does a service take?", "A service takes 14 days.")),
    (("How long does a letter take?", "A letter takes 3 days."),
     ("How long does a letter take?", "A letter to Malta takes 9 days.")),
    (("How long is it to Rome?", "It is 24 minutes."), ("How long is it from Rome?", "It is 48 minutes.")),
    (("How long can I keep it?", "You keep it 24 hours."), ("How long can you keep it?", "We keep it 48 hours.")),
    (COURSE, ("What is the course?", "The course is 260 euros, with lunch.")),
    (("Course price?", "The course with material is 240 euros."),
     ("How much is the course?", "The course without material is 200 euros.")),
    (("¿Cuánto cuesta el curso?", "El curso cuesta 240 euros."),
     ("¿Qué precio tiene el curso?", "El curso cuesta 400 euros para dos.")),
    (("¿Cuánto cuesta el curso?", "El curso con IVA cuesta 300 euros."),
     ("¿Cuánto cuesta un curso?", "El curso sin IVA cuesta 240 euros.")),
    (("Combien de temps dure le cours ?", "Le cours dure 2 heures."),
     ("Combien de temps dure un cours ?", "Le cours dure plus de 3 heures.")),
    (("Was kostet der Kurs?", "Der Kurs kostet 240 Euro."),
     ("Was kostet der Kurs?", "Der Kurs kostet 200 Euro, wenn Sie Mitglied sind.")),
])  # fmt: skip
def test_two_amounts_that_are_both_right_are_none(row: tuple[str, str], other: tuple[str, str]) -> None:
    assert pairs_of(row, other) == []


def test_a_house_s_right_prices_are_none() -> None:
    rows = [tuple(line.split("|")) for line in RIGHT.strip().splitlines()]
    assert pairs_of(*((asked, said) for asked, said in rows)) == []


def test_many_rows_of_one_question_take_no_time_of_their_square() -> None:
    rows = [("How much is a tow?", f"A tow is £{90 + 20 * (number % 2)}.") for number in range(2_000)]
    assert 0 < len(pairs_of(*rows)) < 100
