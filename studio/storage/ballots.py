"""`ballots/` and `verdicts.jsonl` of a project: question sets, their replies, and what people chose."""

import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import NotFound
from studio.schemas.chat import Reply
from studio.schemas.vote import Ballot, JudgedBallot, Verdict
from studio.storage.files import append_line, read_lines, safe_name, write_json
from studio.storage.home import Home


class BallotStore:
    """Paths and moves; holds nothing but a lock, so that no line is written between a look and a vote."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.lock = threading.RLock()

    def folder(self, ballot: str) -> Path:
        """The folder of a ballot that exists, in whichever project it lies."""
        for path in self._home.find(f"ballots/{safe_name(ballot)}/ballot.json"):
            return path.parent
        raise NotFound(say("ballots.there_no_such_question"), hint=say("ballots.choose_one_from_list"), where=ballot)

    def put(self, ballot: Ballot) -> None:
        """Keep a new question set."""
        write_json(self._home.project_folder(ballot.project) / "ballots" / ballot.id / "ballot.json", ballot)

    def ballot(self, ballot: str) -> Ballot:
        """What was fixed when it was made. Its project is the one in which it lies: a copied project is its own."""
        folder = self.folder(ballot)
        made = self._home.record(folder / "ballot.json", Ballot, say("ballots.question_set"))
        return made.model_copy(update={"project": folder.parent.parent.name})

    def all(self, project: str) -> list[Ballot]:
        """Newest first."""
        paths = (self._home.project_folder(project) / "ballots").glob("[!.]*/ballot.json")
        ids = sorted((path.parent.name for path in paths), reverse=True)
        return [self.ballot(ballot) for ballot in ids]

    def answers(self, ballot: str) -> Path:
        """Where replies are kept while they are being made."""
        return self.folder(ballot) / "answers.jsonl"

    def write_replies(self, ballot: str, replies: Mapping[str, Sequence[Reply]]) -> None:
        """All replies of both contestants, in the order of the questions: from now on it can be voted on."""
        said = {name: [reply.model_dump() for reply in given] for name, given in replies.items()}
        write_json(self.folder(ballot) / "replies.json", said)

    def replies(self, ballot: str) -> dict[str, list[Reply]] | None:
        """Both contestants' replies, or None while they are being made."""
        path = self.folder(ballot) / "replies.json"
        if not path.is_file():
            return None
        return self._home.files.read(path, "replies", replies_of)

    def readings(self, ballot: str) -> Path:
        """Where a judge's readings are kept while it reads: figures only, no words."""
        return self.folder(ballot) / "readings.jsonl"

    def write_judged(self, judged: JudgedBallot) -> None:
        """What a judge said; asked again, its last word stands."""
        mark = hashlib.sha256(judged.judge.encode()).hexdigest()[:16]
        write_json(self.folder(judged.ballot) / "judges" / f"{mark}.json", judged)

    def judged(self, ballot: str) -> list[JudgedBallot]:
        """What every judge said that was asked to the end, in the order of asking."""
        found = (self.folder(ballot) / "judges").glob("[!.]*.json")
        return sorted(
            (self._home.record(path, JudgedBallot, say("ballots.second_opinion")) for path in found),
            key=lambda one: one.at,
        )

    def append(self, project: str, verdict: Verdict) -> None:
        """One more line, on disk before this returns."""
        append_line(self._home.project_folder(project) / "verdicts.jsonl", verdict, sync=True)

    def verdicts(self, ballot: Ballot) -> list[Verdict]:
        """The lines about this ballot, in the order in which they came."""
        path = self._home.project_folder(ballot.project) / "verdicts.jsonl"
        found = self._home.files.read(path, "verdicts", verdicts_of)
        return [verdict for verdict in found if verdict.ballot == ballot.id]


def replies_of(path: Path) -> dict[str, list[Reply]]:
    """Both contestants' replies, in the order of the questions."""
    said = json.loads(path.read_bytes())
    return {name: [Reply.model_validate(reply) for reply in given] for name, given in said.items()}


def verdicts_of(path: Path) -> tuple[Verdict, ...]:
    """Every line of the file, in the order in which they came."""
    return tuple(Verdict.model_validate(line) for line in read_lines(path))
