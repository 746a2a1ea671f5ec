"""The administrator's page: who may sign in, and what takes how much room. Nothing of what is in a project."""

from html import escape

from fastapi import FastAPI, Request, Response

from studio.copy.catalog import say
from studio.copy.quantities import size
from studio.errors import NotFound, StudioError
from studio.schemas.people.person import Person, Role
from studio.services.people.ownership import Ownership, ProjectSize
from studio.services.people.people_service import Invitation, People
from studio.web.sign_in.form_request import Act, Asking, answered, asking, shown
from studio.web.sign_in.page_frame import Field, choice, form, hidden, line_of, link, page

FORGET, NOTHING = "forget", ""


def add_people_routes(app: FastAPI, people: People, ownership: Ownership) -> None:
    """For administrators; for everybody else these addresses do not exist."""

    def find(ask: Asking) -> Person:
        person = people.person(ask.field("person"))
        if person is None or person.removed is not None:
            raise NotFound(say("people_page.gone"), hint=say("people_page.see_list"))
        return person

    def by(ask: Asking) -> str:
        return ask.signed_in.person.name if ask.signed_in else ""

    def add(ask: Asking) -> str:
        invited = people.add(ask.field("name"), by=by(ask), role=role_of(ask.field("role")))
        return code_told(invited)

    def new_code(ask: Asking) -> str:
        person = find(ask)
        return code_told(Invitation(person, people.new_code(person, by=by(ask))))

    def set_role(ask: Asking) -> str:
        person, role = find(ask), role_of(ask.field("role"))
        people.set_role(person, role, by=by(ask))
        return told(say("people_page.role_now", name=person.name, role=say(f"sign_in_page.{role}")))

    def remove(ask: Asking) -> str:
        person, then = find(ask), ask.field("projects")
        heir = people.person(then) if then not in (NOTHING, FORGET) else None
        ownership.remove_person(person.name, by=by(ask), hand_over_to=heir.name if heir else "",
                                forget_projects=then == FORGET)  # fmt: skip
        return told(say("user.removed", name=person.name))

    async def respond(request: Request, act: Act | None) -> Response:
        ask = await asking(request, people)
        if ask.signed_in is None or not ask.signed_in.administrator:
            return not_here(ask)
        return await answered(ask, act, lambda said, problem: people_page(ask, people, ownership, said, problem))

    @app.get("/studio/people")
    async def list_people(request: Request) -> Response:
        return await respond(request, None)

    @app.post("/studio/people/add")
    async def add_person(request: Request) -> Response:
        return await respond(request, add)

    @app.post("/studio/people/code")
    async def give_code(request: Request) -> Response:
        return await respond(request, new_code)

    @app.post("/studio/people/role")
    async def change_role(request: Request) -> Response:
        return await respond(request, set_role)

    @app.post("/studio/people/remove")
    async def remove_person(request: Request) -> Response:
        return await respond(request, remove)


def not_here(ask: Asking) -> Response:
    """As for an address that nobody knows."""
    body = f"<p>{escape(say('security.there_nothing_at_address'))}</p>"
    return shown(page(say("security.not_here"), body, base=ask.base), 404)


def role_of(text: str) -> Role:
    """What the form's list offers; anything else is a member."""
    return Role.ADMINISTRATOR if text == Role.ADMINISTRATOR else Role.MEMBER


def told(text: str) -> str:
    """What was done, as markup."""
    return f'<p class="notice" role="status">{escape(text)}</p>'


def code_told(invited: Invitation) -> str:
    """The one time that the code is shown."""
    said = say("people_page.give_code", name=invited.person.name)
    return f'<div class="notice" role="status"><p>{escape(said)}</p><p class="code">{escape(invited.code)}</p></div>'


def people_page(ask: Asking, people: People, ownership: Ownership, said: str, problem: StudioError | None) -> str:
    """Everybody, the form for somebody new, and the table of projects."""
    everybody = people.all()
    roles = [(role.value, say(f"sign_in_page.{role}")) for role in Role]
    inside = line_of(Field("name", say("people_page.name"))) + choice("role", "role", say("people_page.role"), roles)
    body = (
        said
        + "".join(person_block(ask, person, everybody, people, ownership) for person in everybody)
        + f"</section><section><h2>{escape(say('people_page.add'))}</h2>"
        + form(f"{ask.base}/studio/people/add", ask.token, [], say("people_page.add_button"), inside=inside)
        + f"</section><section><h2>{escape(say('people_page.projects'))}</h2>"
        + sizes_table(ownership.sizes())
        + link(ask.base, "/studio/account", say("sign_in_page.account"))
        + link(ask.base, "/", say("sign_in_page.to_studio"))
    )
    return page(say("sign_in_page.people"), body, base=ask.base, problem=problem, wide=True)


def person_block(ask: Asking, person: Person, everybody: list[Person], people: People, ownership: Ownership) -> str:
    """One person with what can be done about her account."""
    owned = len(ownership.owned_by(person))
    facts = [say(f"sign_in_page.{person.role}"), say("people_page.owns", count=owned)]
    facts += [] if person.has_password else [say("people_page.no_password")]
    facts += [say("people_page.code_waits")] if people.waits_for_code(person.id) else []
    at, who = f"{ask.base}/studio/people", hidden("person", person.id)
    other = Role.MEMBER if person.is_administrator else Role.ADMINISTRATOR
    heirs = [(one.id, say("people_page.hand_over_to", name=one.name)) for one in everybody if one.id != person.id]
    asked = [(NOTHING, say("people_page.keep_if_any")), *heirs, (FORGET, say("people_page.forget"))]
    options = choice("projects", f"projects-{person.id}", say("people_page.her_projects"), asked) if owned else ""
    return (
        f'<div class="person"><h2>{escape(person.name)} <span>{escape(" · ".join(facts))}</span></h2><div class="row">'
        + form(f"{at}/code", ask.token, [], say("people_page.new_code"), kind="quiet", inside=who)
        + form(f"{at}/role", ask.token, [], say(f"people_page.make_{other}"), kind="quiet",
               inside=who + hidden("role", other))
        + form(f"{at}/remove", ask.token, [], say("people_page.remove"), kind="danger", inside=who + options)
        + "</div></div>"
    )  # fmt: skip


def sizes_table(sizes: list[ProjectSize]) -> str:
    """How much of the disk each project takes, and whose it is."""
    if not sizes:
        return f'<p class="soft">{escape(say("people_page.no_projects"))}</p>'
    heads = [say(f"people_page.{name}") for name in ("project", "owner", "runs", "size")]
    rows = "".join(
        f'<tr><td>{escape(one.title)}</td><td>{escape(one.owner)}</td><td class="number">{one.runs:,}</td>'
        f'<td class="number">{escape(size(one.bytes))}</td></tr>'
        for one in sizes
    )
    head = "".join(f"<th{' class=number' if place > 1 else ''}>{escape(text)}</th>" for place, text in enumerate(heads))
    return f'<div class="scroll" tabindex="0"><table><tr>{head}</tr>{rows}</table></div>'
