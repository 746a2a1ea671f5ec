"""Signing in and out, the first administrator and one-time codes, as a browser sees them."""

import re

from studio.schemas.people.person import Role
from studio.services.notices.notices import Notices
from studio.settings import Settings
from studio.storage.database import Database
from tests.web.sign_in.conftest import COOKIE, GOOD, Site, send


def test_the_first_administrator_enters_the_printed_code_and_adopts_what_is_here(site: Site) -> None:
    site.home.create_project("Old letters", "root", id="old")
    browser = site.browser()
    assert browser.get("/studio/sign-in").headers["location"] == "/studio/first"
    code = site.people.first_code()
    answer = send(browser, "/studio/first", "/studio/first", code=code, name="Ana", password=GOOD, again=GOOD)
    assert "Ana is the administrator now. 1 project from before now belongs to Ana." in answer.text
    assert site.home.project("old").owner == site.people.named("Ana").id
    assert browser.get("/studio/first").status_code == 404
    assert browser.post("/studio/first", data={}).status_code == 404


def test_signing_in_sets_a_cookie_that_only_our_pages_send(site: Site) -> None:
    site.people.add_with_password("Ana", GOOD, by="x", role=Role.ADMINISTRATOR)
    browser = site.browser()
    answer = send(browser, "/studio/sign-in", "/studio/sign-in", name="ana", password=GOOD)
    cookie = answer.headers["set-cookie"]
    assert answer.status_code == 303 and answer.headers["location"] == "/"
    assert cookie.startswith(f"{COOKIE}=") and all(
        word in cookie for word in ("HttpOnly", "SameSite=strict", "Secure", "Path=/", "Max-Age=604800")
    )
    assert browser.get("/studio/sign-in").headers["location"] == "/"
    assert "You are signed in as Ana (administrator)." in browser.get("/studio/account").text


def test_a_wrong_password_says_so_and_keeps_the_name_and_not_the_password(site: Site) -> None:
    site.people.add_with_password("Ana", GOOD, by="x", role=Role.ADMINISTRATOR)
    answer = send(site.browser(), "/studio/sign-in", "/studio/sign-in", name='A"><b>na', password="secret words")
    assert answer.status_code == 401 and "do not belong together" in answer.text and 'role="alert"' in answer.text
    assert "A&quot;&gt;&lt;b&gt;na" in answer.text and "secret words" not in answer.text
    assert COOKIE not in answer.headers.get("set-cookie", "") and answer.headers["cache-control"] == "no-store"


def test_a_form_that_our_page_did_not_make_is_refused(site: Site) -> None:
    site.people.add_with_password("Ana", GOOD, by="x", role=Role.ADMINISTRATOR)
    for data in ({}, {"token": "x"}, {"token": site.people.sign_ins.form_token("somebody else")}):
        answer = site.browser().post("/studio/sign-in", data={**data, "name": "Ana", "password": GOOD})
        assert answer.status_code == 400 and "set-cookie" not in answer.headers
    ana = site.signed_in("Ana")
    for path in ("sign-out", "sign-out-everywhere", "account/password", "people/add", "people/remove"):
        assert ana.post(f"/studio/{path}", data={"token": site.people.sign_ins.form_token("nobody")}).status_code == 400
    assert ana.get("/studio/account").status_code == 200 and len(site.people.all()) == 1
    long = site.browser().post("/studio/sign-in", content=b"token=x&" + b"a" * 20_000)
    assert long.status_code == 400


def test_a_new_person_sets_her_password_with_her_code(site: Site) -> None:
    site.people.add_with_password("Ana", GOOD, by="x", role=Role.ADMINISTRATOR)
    code, browser = site.people.add("Ben", by="Ana").code, site.browser()
    unlike = send(browser, "/studio/code", "/studio/code", code=code, password=GOOD, again="something else")
    assert unlike.status_code == 400 and "not alike" in unlike.text
    answer = send(browser, "/studio/code", "/studio/code", code=code, password=GOOD, again=GOOD)
    assert answer.headers["location"] == "/studio/sign-in?done=code"
    assert "Your password is set." in browser.get(answer.headers["location"]).text
    assert site.signed_in("Ben")


def test_only_our_own_words_are_said_on_the_sign_in_page(site: Site) -> None:
    site.people.add_with_password("Ana", GOOD, by="x", role=Role.ADMINISTRATOR)
    for done in ("<script>", "nothing", "password%00"):
        assert 'role="status"' not in site.browser().get(f"/studio/sign-in?done={done}").text


def test_signing_out_ends_this_sign_in_or_all(site: Site) -> None:
    site.people.add_with_password("Ana", GOOD, by="x", role=Role.ADMINISTRATOR)
    here, there, third = (site.signed_in("Ana") for _ in range(3))
    kept = here.cookies[COOKIE]
    answer = send(here, "/studio/account", "/studio/sign-out")
    assert answer.headers["location"] == "/studio/sign-in?done=out" and site.people.signed_in(kept) is None
    assert there.get("/studio/account").status_code == 200
    send(there, "/studio/account", "/studio/sign-out-everywhere")
    assert third.get("/studio/account").headers["location"] == "/studio/sign-in"


def test_a_new_password_needs_the_old_one_and_ends_every_sign_in(site: Site) -> None:
    site.people.add_with_password("Ana", GOOD, by="x", role=Role.ADMINISTRATOR)
    here, there = site.signed_in("Ana"), site.signed_in("Ana")
    new = {"password": "another four words", "again": "another four words"}
    wrong = send(here, "/studio/account", "/studio/account/password", old="guess", **new)
    assert wrong.status_code == 401 and "old password is not right" in wrong.text
    done = send(here, "/studio/account", "/studio/account/password", old=GOOD, **new)
    assert done.headers["location"] == "/studio/sign-in?done=password"
    assert there.get("/studio/account").headers["location"] == "/studio/sign-in"


def test_behind_a_sub_path_every_link_and_form_keeps_it(site: Site) -> None:
    site.people.add_with_password("Ana", GOOD, by="x", role=Role.ADMINISTRATOR)
    browser = site.browser()
    browser._transport.root_path = "/studio-of-ours"  # type: ignore[attr-defined]
    for path in ("/studio/sign-in", "/studio/code"):
        html = browser.get(path).text
        places = re.findall(r'(?:href|action)="(/[^"]*)"', html)
        assert places and all(place.startswith("/studio-of-ours/") for place in places), places


def test_every_field_has_a_label_and_no_page_has_a_script(site: Site) -> None:
    site.people.add_with_password("Ana", GOOD, by="x", role=Role.ADMINISTRATOR)
    ana = site.signed_in("Ana")
    pages = [site.browser().get("/studio/sign-in").text, site.browser().get("/studio/code").text,
             ana.get("/studio/account").text, ana.get("/studio/people").text]  # fmt: skip
    for html in pages:
        ids = re.findall(r'<(?:input|select) id="([^"]+)"', html)
        assert ids and all(f'<label for="{id}">' in html for id in ids) and len(set(ids)) == len(ids)
        assert "<script" not in html and "http" not in html.replace("http-equiv", "") and html.count("<h1>") == 1


def test_signing_out_leaves_nothing_of_hers_in_the_browser(site: Site) -> None:
    site.people.add_with_password("Ana", GOOD, by="x", role=Role.ADMINISTRATOR)
    for path in ("/studio/sign-out", "/studio/sign-out-everywhere"):
        answer = send(site.signed_in("Ana"), "/studio/account", path)
        assert answer.headers["clear-site-data"] == '"storage"' and "Max-Age=0" in answer.headers["set-cookie"]


def test_word_of_runs_is_asked_for_on_the_account_where_an_administrator_allows_it(site: Site) -> None:
    site.people.add_with_password("Ana", GOOD, by="x", role=Role.ADMINISTRATOR)
    ana = site.signed_in("Ana")
    assert "Word of runs" not in ana.get("/studio/account").text
    assert send(ana, "/studio/account", "/studio/account/notices", webhook="https://h.example/x").status_code == 404
    settings = Settings(home=site.home.path, people=True, webhook_hosts=("h.example",))
    site.app.state.notices = notices = Notices(settings, site.home, Database(site.home.path / "studio.db"), address="")
    shown = send(ana, "/studio/account", "/studio/account/notices", webhook="https://h.example/x").text
    assert "Kept." in shown and notices.wish(site.people.named("Ana").id).secret in shown
    refused = send(ana, "/studio/account", "/studio/account/notices", webhook="http://127.0.0.1:7860/")
    assert refused.status_code == 400 and "on none of them" in refused.text
    section = refused.text.partition("Word of runs")[2]
    assert "on none of them" in section and 'value="http://127.0.0.1:7860/"' in section, "what she typed stays"
    assert ana.post("/studio/account/notices", data={"webhook": ""}).status_code == 400, "no token"
    assert send(ana, "/studio/account", "/studio/account/notices", webhook="").status_code == 200
    assert notices.wish(site.people.named("Ana").id).webhook == ""
    notices.close()
