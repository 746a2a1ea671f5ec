"""What somebody with whom a project is shared may ask of each service, and in whose name everything is done.

Where people sign in, a `ProjectScope` hands out every service behind such a door. What is not named here needs the
right to change; so does each verb that is yet to be written.
"""

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from studio.schemas.project import Project
from studio.services.access import Actor, Right, not_allowed
from studio.storage.database import Database

SEEING: Mapping[str, frozenset[str]] = {
    "examples": frozenset({"view", "newest", "is_being_examined", "set_aside", "split", "export_warnings",
                           "fix_all_preview", "lengths"}),
    "groups": frozenset({"beside"}),
    "allowed": frozenset({"all", "countries", "finds_names"}),
    "versions": frozenset({"compare", "versions"}),
    "picture": frozenset({"of", "as_read"}),
    "difficulty": frozenset({"of"}),
    "recipes": frozenset({"kept", "names"}),
    "live_questions": frozenset({"check", "offered"}),
    "exam_questions": frozenset({"all", "is_frozen"}),
    "runs": frozenset({"all", "answers", "answers_size", "chosen", "did_worse", "folders", "metrics", "metrics_size",
                       "questions", "saved_steps", "view"}),
    "run_list": frozenset({"compare", "deleted"}),
    "more_examples": frozenset({"newest"}),
    "next_runs": frozenset({"recipe"}),
    "views": frozenset({"made", "view"}),
    "chats": frozenset({"contestants", "conversations", "exam", "instructions", "taught", "turns"}),
    "voting": frozenset({"ballots", "counts", "job", "result", "revealed", "standing", "title"}),
    "second_opinions": frozenset({"counts", "job", "may_judge", "opinions", "title"}),
    "watch": frozenset({"alarms", "examples", "settings", "view"}),
    "exports": frozenset({"job", "made", "offered", "place"}),
    "pushes": frozenset({"job"}),
    "distillation": frozenset({"all", "job", "offered", "teacher", "terms", "view"}),
    "serving": frozenset({"job", "state"}),
    "evaluation": frozenset({"before", "choices", "handed_over", "job", "report"}),
    "feedback": frozenset({"accepted", "all", "find"}),
    "feedback_inbox": frozenset({"accepted_waiting", "in_short", "inbox"}),
    "judgements": frozenset({"of"}),
    "preferences": frozenset({"given", "newest_version", "parent_for", "plan", "read"}),
    "family": frozenset({"family", "kept_for_going_back", "served", "to_serve"}),
    "next_versions": frozenset({"plan"}), "family_exams": frozenset({"job", "result"}),
}  # fmt: skip
VOTING: Mapping[str, frozenset[str]] = {
    "voting": frozenset({"paper", "reveal", "vote"}), "feedback": frozenset({"add", "take_back"}),
}  # fmt: skip
SERVING: Mapping[str, frozenset[str]] = {
    "serving": frozenset({"add_key", "applications", "begin", "remove_key", "stop"}),
}
SHARING: Mapping[str, frozenset[str]] = {  # with whoever can see a repository of the hub
    "exports": frozenset({"push"}), "pushes": frozenset({"begin", "stop"}),
}  # fmt: skip
DELETING: Mapping[str, frozenset[str]] = {
    "forgetting": frozenset({"forget"}), "run_list": frozenset({"trash"}),
    "feedback_erasure": frozenset({"forget_author"}),
}  # fmt: skip
OF_THE_SERVER: Mapping[str, frozenset[str]] = {  # nobody's to call: they ask for no project, or end the service
    "runs": frozenset({"carry_out_folder", "close", "start_worker"}), "examples": frozenset({"close"}),
    "chats": frozenset({"close"}), "feedback_erasure": frozenset({"of_person"}),
    "serving": frozenset({"close", "going", "take"}),
}  # fmt: skip
NAMED = ("by", "person")  # parameters that say who acts
# Acts that a service itself does not write into the audit log, with the verb that stands there.
NOTED: Mapping[str, Mapping[str, str]] = {
    "examples": {"export": "export", "source": "export source"},
    "chats": {"export": "export chat", "ask": "ask", "answer_once": "ask"},
    "evaluation": {"json_file": "export report", "page": "export report", "begin": "exam"},
    "recipes": {"export": "export recipe"},
    "review_sheets": {"save": "export review sheet"},
    "runs": {"write_out": "export script", "script": "export script"},
    "voting": {"vote": "vote"},
}


def right_for(service: str, verb: str) -> Right:
    """Which right this verb of this service needs."""
    needed = ((Right.SEE, SEEING), (Right.VOTE, VOTING), (Right.DELETE, DELETING), (Right.SERVE, SERVING),
              (Right.SHARE, SHARING))  # fmt: skip
    for right, verbs in needed:
        if verb in verbs.get(service, ()):
            return right
    return Right.CHANGE


class ServiceDoor:
    """One service for one person: verbs that she may not use are refused, and all others are done in her name."""

    def __init__(
        self, service: Any, name: str, actor: Actor, project: Project, rights: frozenset[Right], ledger: Database
    ) -> None:
        self._service, self._name, self._actor = service, name, actor
        self._project, self._rights, self._ledger = project, rights, ledger

    def __getattr__(self, verb: str) -> Any:
        right = right_for(self._name, verb)
        if right not in self._rights or verb.startswith("_") or verb in OF_THE_SERVER.get(self._name, ()):
            raise not_allowed(self._project, right)
        found = getattr(self._service, verb)
        return self._in_her_name(verb, found) if inspect.ismethod(found) else found

    def _in_her_name(self, verb: str, method: Callable[..., Any]) -> Callable[..., Any]:
        """The same method, to which nobody can say that somebody else acts."""
        signature, named = who_acts(method.__func__)  # type: ignore[attr-defined]
        noted = NOTED.get(self._name, {}).get(verb)
        if not named and not noted:
            return method

        def act(*values: Any, **options: Any) -> Any:
            given = signature.bind_partial(None, *values, **options)
            given.arguments |= dict.fromkeys(named, self._actor.name)
            result = method(*given.args[1:], **given.kwargs)
            if noted:
                about = next((given.arguments[name] for name in ("run", "ballot", "dataset", "name")
                              if isinstance(given.arguments.get(name), str)), "")  # fmt: skip
                self._ledger.note(self._actor.name, noted, f"{self._project.id}/{about}".rstrip("/"))
            return result

        return act


@cache
def who_acts(function: Callable[..., Any]) -> tuple[inspect.Signature, tuple[str, ...]]:
    """A method's parameters, and which of them say who acts."""
    signature = inspect.signature(function)
    return signature, tuple(name for name in NAMED if name in signature.parameters)
