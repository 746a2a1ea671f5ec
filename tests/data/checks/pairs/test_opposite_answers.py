"""A plain yes and a plain no to one question in other words: only a person can say which holds."""

import pytest

from studio.data.checks.check import CheckContext
from studio.data.checks.pairs.conflicts import find_conflicts
from studio.data.checks.pairs.opposite_answers import opposite_answers
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import pair

THEFT = (
    "Hello,\nDoes the cover usually include theft, please?\nKind regards\nUma",
    "Hello Uma,\nYes, theft is covered if locked.",
)
NO_THEFT = (
    "Does your cover include theft?",
    "No. Theft is not covered, so please lock the tool away.\n\nBest wishes, Tom",
)


def pairs_of(*rows: tuple[str, str]) -> list[tuple[int, int]]:
    return [*opposite_answers(ExampleTexts([pair(at, *row) for at, row in enumerate(rows, 1)]))]


def test_they_are_told_as_a_contradiction() -> None:
    rows = [pair(1, *THEFT), pair(2, "Where are you?", "Behind the tyre shop."), pair(3, *NO_THEFT)]
    (seen,) = find_conflicts(ExampleTexts(rows), CheckContext())
    assert seen.rows == (1, 3) and seen.groups == ((1, 3),)
    assert find_conflicts(ExampleTexts(rows), CheckContext(dismissed={"conflicting_answers": ["r1", "r3"]})) == []


@pytest.mark.parametrize(("row", "other"), [
    (("Do you move people on Sundays?", "Yes, Sundays are possible at double rate."),
     ("Do you move on Sundays?", "Dear Ana,\n\nNo, we never work on Sundays.")),
    (("Nehmen Sie unkastrierte Rüden?", "Ja, auch Rüden, die unkastriert sind."),
     ("Nehmt ihr unkastrierte Rüden?", "Nein, unkastrierte Rüden nehmen wir nicht.")),
    (("Are dogs allowed in the garden?", "Yes, dogs may run in the garden."),
     ("Is a dog allowed in the garden, please?", "No, no dog may come in.")),
])  # fmt: skip
def test_words_of_no_weight_make_a_question_no_other_one(row: tuple[str, str], other: tuple[str, str]) -> None:
    assert pairs_of(row, other) == pairs_of(other, row) == [(0, 1)]


@pytest.mark.parametrize(("row", "other"), [
    (("Do you refund the deposit?", "We do refund the deposit within a week."),
     ("Hello,\nDo you refund the deposit, please?\nRegards\nUma", "Sorry, no refunds of the deposit.")),
    (("Can I bring my baby to the class?", "Of course, babies are welcome in class."),
     ("May I bring my baby to the class?", "I am sorry, we cannot have babies in class.")),
    (("Erstatten Sie die Kaution?", "Gerne, die Kaution erstatten wir sofort."),
     ("Erstatten Sie bitte auch die Kaution?", "Leider nein, die Kaution erstatten wir nicht.")),
    (("Est-ce que les chiens sont admis au jardin ?", "Bien sûr, les chiens sont admis au jardin."),
     ("Est-ce que les chiens sont admis au jardin ?", "Malheureusement non, les chiens ne sont pas admis.")),
    (("¿Aceptan perros en el jardín?", "Claro, los perros pueden entrar al jardín."),
     ("Hola, ¿aceptan perros en el jardín?", "Lo siento, no se aceptan perros.")),
    (("Accettate cani in giardino?", "Certo, i cani possono entrare in giardino."),
     ("Accettate anche i cani in giardino?", "Purtroppo no, i cani non possono entrare.")),
    (("Mogen honden in de tuin?", "Natuurlijk, honden mogen in de tuin."),
     ("Mogen honden ook in de tuin?", "Helaas niet, honden mogen er niet in.")),
    (("Os cães podem entrar no jardim?", "Sim, os cães podem entrar no jardim."),
     ("Os cães também podem entrar no jardim?", "Infelizmente não, os cães ficam fora.")),
])  # fmt: skip
def test_a_promise_and_a_refusal_are_a_yes_and_a_no(row: tuple[str, str], other: tuple[str, str]) -> None:
    assert pairs_of(row, other) == pairs_of(other, row) == [(0, 1)]


@pytest.mark.parametrize(("row", "other"), [
    (("Do you refund the deposit?", "We do refund the deposit."),
     ("Do you refund the deposit?", "We do not need a deposit to refund.")),
    (("Do you charge a deposit?", "Of course not, no deposit here."), ("Do you charge a deposit?", "No deposit here.")),
    (("Do you mind dogs in the garden?", "Of course, dogs in the garden are a problem."),
     ("Do you mind dogs in the garden?", "We do not mind dogs in the garden.")),
    (("Do you repair laptops at home?", "Sure, laptops too."),
     ("Do you repair laptops at home?", "We cannot repair laptops with water damage.")),
    (("Do you ship wine to Norway?", "Yes, we ship wine to Norway."),
     ("Do you ship wine to Norway?", "Sorry, no batteries to Norway.")),
    (("Do you open the garden on Sundays?", "Yes, on Sundays in summer."),
     ("Do you open the garden on Sundays?", "No, in winter we rest on Sundays.")),
    (("Are children allowed in the pool?", "Yes, children are welcome."),
     ("Are children allowed in the pool?", "No children under six.")),
    (("¿Aceptan perros en el jardín?", "Si los perros son pequeños, al jardín."),
     ("¿Aceptan perros en el jardín?", "No, los perros en el jardín no.")),
    (("Acceptez-vous mon chien au jardin ?", "Oui, le chien au jardin."),
     ("Acceptez-vous mon chien au jardin ?", "Non, pas de chien au jardin.")),  # hers
    (("¿Hay un tren de Lugo a Vigo?", "Sí, el tren de Lugo sale a las 8."),
     ("¿Hay un tren de Vigo a Lugo?", "No, no hay tren de Vigo.")),
])  # fmt: skip
def test_what_sounds_like_one_and_is_none(row: tuple[str, str], other: tuple[str, str]) -> None:
    assert pairs_of(row, other) == []


@pytest.mark.parametrize(("row", "other"), [
    (THEFT, ("Does the cover not include theft?", "No, theft is not covered.")),  # denied in the question
    (THEFT, ("Does your cover include theft?", "No problem, theft is covered, too.")),
    (THEFT, ("Does your cover include theft?", "No.")),  # a label
    (THEFT, ("Does your cover include fire?", "No, fire is not covered, and theft is.")),
    (THEFT, ("Does your cover include theft of bikes abroad?", "No, theft abroad is not covered.")),
    (THEFT, ("Does your cover include theft at Christmas?", "No, theft is not covered then.")),
    (("Do you sell bikes in Otterby?", "Yes, we sell bikes."), ("Do you sell electric bikes?", "No electric ones.")),
    (("Do you sell used bikes?", "Yes, bikes and racks."), ("Do you sell bikes in Buxton?", "No, no bikes there.")),
    (("Is the large digger free?", "Yes, the digger is."), ("Is the large digger free?", "No, the digger is booked.")),
    (("Has my deposit refund gone out?", "Yes, the refund has gone."),
     ("Has my deposit refund gone out?", "No, the refund goes on Friday.")),
    (("Can I have 2 rooms with dogs?", "Yes, rooms for dogs we have."),
     ("Can I have 5 rooms with dogs?", "No, so many rooms for dogs we have not.")),
    (("Do you deliver from Otterby to Buxton?", "Yes, Otterby to Buxton is one of our routes."),
     ("Do you deliver from Buxton to Otterby?", "No, to Otterby we do not deliver.")),
])  # fmt: skip
def test_questions_for_two_things_or_of_her_own_matter_have_answers_of_their_own(
    row: tuple[str, str], other: tuple[str, str]
) -> None:
    assert pairs_of(row, other) == []


@pytest.mark.parametrize(("row", "other"), [
    (("Can I smoke at the bar?", "Yes, you may smoke at the bar."),
     ("Can I smoke at the pool?", "No, you may not smoke at the pool.")),
    (("Are dogs allowed with guests?", "Yes, guests may bring dogs into the suite."),
     ("Are dogs allowed with guests?", "No, dogs of guests may not come into the dorm.")),
    (("Sind Hunde bei Gästen erlaubt?", "Ja, Hunde der Gäste dürfen in die Suite."),
     ("Sind Hunde bei Gästen erlaubt?", "Nein, Hunde der Gäste dürfen nicht in den Schlafsaal.")),
    (("Darf man Kerzen und Lampen anzünden?", "Ja, Kerzen und Lampen im Garten."),
     ("Darf man Kerzen und Lampen anzünden?", "Nein, Kerzen und Lampen nicht im Vierbettzimmer.")),
])  # fmt: skip
def test_what_holds_in_one_room_need_not_hold_in_another(row: tuple[str, str], other: tuple[str, str]) -> None:
    assert pairs_of(row, other) == pairs_of(other, row) == []


@pytest.mark.parametrize(("row", "other"), [
    (("Can I smoke at the bar?", "Yes, you may smoke at the bar."),
     ("Can I smoke at the bar?", "No, you may not smoke there at the bar.")),
    (("Do you repair laptops at your shop?", "Yes, we repair laptops."),
     ("Do you repair laptops?", "No, we do not repair laptops.")),
    (("Are dogs allowed with guests?", "Yes, guests may bring dogs into the suite."),
     ("Are dogs allowed with guests?", "No, dogs of guests may not come into the suite.")),
    (("Sind Hunde bei Gästen erlaubt?", "Ja, Hunde der Gäste dürfen in die Zimmer."),
     ("Sind Hunde bei Gästen erlaubt?", "Nein, Hunde der Gäste sind nicht erlaubt.")),
])  # fmt: skip
def test_one_room_or_none_makes_a_yes_and_a_no_no_less_a_contradiction(
    row: tuple[str, str], other: tuple[str, str]
) -> None:
    assert pairs_of(row, other) == pairs_of(other, row) == [(0, 1)]


@pytest.mark.parametrize(("asked", "said", "other", "other_said"), [
    # Two things whose words begin alike.
    ("Do you repair televisions?", "Yes, we repair televisions.",
     "Do you repair telephones?", "No, we do not repair telephones."),
    ("Do you repair microphones?", "Yes, we repair microphones of all makes.",
     "Do you repair microwaves?", "No, we do not repair microwaves."),
    ("Do you clean carpets?", "Yes, we clean carpets.", "Do you clean carports?", "No, we do not clean carports."),
    ("Do you insure internet shops?", "Yes, we insure shops.",
     "Do you insure international shops?", "No, we insure no such shops."),
    ("Can I pay the hire by card?", "Yes, pay the hire by card.",
     "Can I pay the hire by cardholder?", "No, pay the hire otherwise."),
    # One word more, by which another answer is right.
    ("Do you allow dogs in the rooms?", "Yes, dogs are welcome in the rooms.",
     "Do you allow large dogs in the rooms?", "No, dogs of that size are not allowed in the rooms."),
    ("Can children use the gym?", "Yes, children may use the gym.",
     "Can unaccompanied children use the gym?", "No, children may not use the gym alone."),
    ("Do you take dogs at night?", "Yes, we take dogs at night.",
     "Do you only take dogs at night?", "No, we take dogs all day."),
    ("Do you deliver to the island?", "Yes, we deliver to the island.",
     "Do you deliver the same day to the island?", "No, we deliver to the island later."),
    ("Does the damage cover include theft?", "Yes, theft is covered.", "Does your cover include theft?", "No theft."),
    # Who does it, whether one must, and what is denied.
    ("Do you clean the digger?", "Yes, we clean the digger.", "Do I clean the digger?", "No, we clean the digger."),
    ("Will you clean the digger?", "Yes, we clean the digger.",
     "Do I have to clean the digger?", "No, we clean the digger."),
    ("Must the digger be cleaned?", "Yes, the digger must be cleaned.",
     "Mustn't the digger be cleaned?", "No, the digger is cleaned by us."),
    ("Can I park a car there?", "Yes, you can park a car.", "Can I not park a car there?", "No, you can park a car."),
    ("Is the pool heated?", "Yes, the pool is heated.", "Is the pool unheated?", "No, the pool is heated."),
    ("Is the ticket refundable?", "Yes, the ticket is refundable.",
     "Is the ticket non-refundable?", "No, the ticket is refundable."),
    ("Can I bring food with drinks?", "Yes, food is fine.",
     "Can I bring food without drinks?", "No, food needs drinks too."),
])  # fmt: skip
def test_two_right_answers_to_questions_that_look_alike(asked: str, said: str, other: str, other_said: str) -> None:
    assert pairs_of((asked, said), (other, other_said)) == pairs_of((other, other_said), (asked, said)) == []
    assert pairs_of((asked, said), (asked, said.replace("Yes", "No"))) == [(0, 1)], "by nothing else than the question"


@pytest.mark.parametrize(("asked", "said", "other_said"), [
    ("Do you repair laptops?", "Yes and no: we repair some laptops.", "No, we do not repair laptops."),
    ("Do you repair laptops?", "Yes, we repair laptops.", "We don't just repair laptops, we sell laptops too."),
    ("Do you deliver on Saturdays?", "Sure, we deliver on Saturdays.", "No, only in December we deliver on Saturdays."),
    ("Repareert u fietsen?", "Graag, fietsen repareren we.", "Nee, alleen op maandag repareren we fietsen."),
    ("Réparez-vous les vélos ?", "Oui, nous réparons les vélos.", "Nous ne réparons plus que les vélos."),
    ("Conserta bicicletas?", "Claro que não consertamos bicicletas.", "Não, não consertamos bicicletas."),
])  # fmt: skip
def test_a_yes_that_is_none_and_a_no_that_is_none(asked: str, said: str, other_said: str) -> None:
    assert pairs_of((asked, said), (asked, other_said)) == []
