"""The one long-lived object, made in the door and passed by hand."""

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.copy.catalog import say
from studio.errors import StudioError, WrongSetting
from studio.schemas.recipe import Recipe, recipe_from, validated
from studio.services.access import Access, Actor, Right, owner_or_shared, single_person
from studio.services.chats.chat_service import ChatService
from studio.services.chats.contestants import Contestants
from studio.services.datasets.dataset_service import DatasetService
from studio.services.datasets.duplicate_review import GroupReview
from studio.services.datasets.exam_questions import ExamQuestions
from studio.services.datasets.imports import Imports
from studio.services.datasets.leakage import LeakageService
from studio.services.datasets.profile_service import ProfileService
from studio.services.datasets.review_sheet import ReviewSheets
from studio.services.datasets.token_lengths import TokenLengths
from studio.services.datasets.versions import Versions
from studio.services.disk.quota import DiskQuota
from studio.services.disk.retention import Retention, RetentionRules
from studio.services.distillation.distillation_service import DistillationService
from studio.services.distillation.teacher_exam import TeacherExam
from studio.services.distillation.teachers import Teachers
from studio.services.engine import Engine
from studio.services.evaluation.difficulty import DifficultyService
from studio.services.evaluation.evaluation_service import EvaluationService
from studio.services.exports.converters import Converters
from studio.services.exports.export_service import ExportService
from studio.services.exports.hub_pushes import HubPushes
from studio.services.feedback.feedback_inbox import FeedbackInbox
from studio.services.feedback.feedback_service import FeedbackService
from studio.services.feedback.judgements import JudgementService
from studio.services.health.health import Health, retention_days
from studio.services.jobs import Jobs
from studio.services.models.downloads import Downloads
from studio.services.models.model_service import ModelService
from studio.services.preferences.preference_service import PreferenceService
from studio.services.privacy.allowed_details import AllowedDetails, PrivacyStore
from studio.services.privacy.feedback_erasure import FeedbackErasure
from studio.services.privacy.forgetting import Forgetting
from studio.services.project_scope import ProjectScope
from studio.services.project_view import ProjectViews
from studio.services.runs.data_scaling_runs import DataScalingRuns
from studio.services.runs.live_questions import LiveQuestions
from studio.services.runs.next_runs import NextRuns
from studio.services.runs.queue_order import QueueLimits
from studio.services.runs.run_list import RunList
from studio.services.runs.run_service import RunService, RunView
from studio.services.runs.saved_recipes import SavedRecipes
from studio.services.runs.schedulers.card_use import CardUse
from studio.services.runs.schedulers.ray_jobs import RayJobs
from studio.services.runs.schedulers.scheduler import Scheduler
from studio.services.runs.schedulers.slurm import Slurm
from studio.services.runs.worker import accelerator_names
from studio.services.serving.server_overview import ServerOverview
from studio.services.serving.version_server import VersionServer
from studio.services.versions.family import FamilyService
from studio.services.versions.family_evidence import FamilyEvidenceReader
from studio.services.versions.family_exam import FamilyExams
from studio.services.versions.next_version import NextVersions
from studio.services.votes.second_opinion import SecondOpinions
from studio.services.votes.vote_service import VoteService
from studio.services.watch.drift import open_alarms
from studio.services.watch.watch_service import WatchService
from studio.settings import Settings, account_name, shared_folder
from studio.storage.database import Database
from studio.storage.files import FileLock
from studio.storage.home import Home
from studio.storage.recipe_text import values_of_text
from studio.storage.trash import Trash

if TYPE_CHECKING:
    from studio.services.people.ownership import Ownership
    from studio.services.people.people_service import People
    from studio.services.people.sharing import Sharing


def knob_word(word: str) -> tuple[str, str]:
    """`name=value` as the command line takes it."""
    name, equals, value = word.partition("=")
    if not equals:
        raise WrongSetting(
            say("studio.not_setting", word=word[:60]), hint=say("studio.write_set_name_value"), where="set"
        )
    return name.strip(), value.strip()


def knob_texts(recipe: Recipe) -> dict[str, str]:
    """A recipe as the texts that `--set` takes."""
    return {name: str(value) for name, value in recipe.model_dump().items()}


def knobs_of_file(path: Path) -> dict[str, Any]:
    """A recipe file: JSON, or TOML by its suffix."""
    if not path.is_file():
        raise WrongSetting(say("studio.recipe_file_does_not"), hint=say("studio.check_path"), where=str(path))
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise WrongSetting(
            say("studio.recipe_file_no_text"), hint=say("studio.save_as_utf_8"), where=str(path)
        ) from None
    return values_of_text(text, toml=path.suffix == ".toml", where=str(path))


def scheduler_of(settings: Settings) -> Scheduler | None:
    """The cluster that an administrator named; None: this computer carries out its runs itself."""
    if not settings.scheduler:
        return None
    if settings.scheduler == "ray":
        return RayJobs(settings.scheduler_address, processes=max(1, settings.processes))
    return Slurm(
        partition=settings.scheduler_partition, account=settings.scheduler_account,
        options=settings.scheduler_options, processes=max(1, settings.processes),
    )  # fmt: skip


class Studio:
    """What page and command line ask: `examples`, `models`, `runs`, `chats`, `voting`, `evaluation`."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        assets: Path | None = None,
    ) -> None:
        self.settings, self.engine, self.clock = settings, engine, clock
        self.home = Home(settings.home)
        self.ledger = Database(settings.home / "studio.db")
        self.access = Access(self.home, owner_or_shared if settings.people else single_person)
        self.jobs = Jobs(self.home, clock)
        assets = assets or shared_folder("assets")
        book = PrivacyStore(self.home)
        self.examples = DatasetService(
            self.home, self.ledger, clock, TokenLengths(engine, assets / "starter"), rules=book.rules
        )
        self.allowed = AllowedDetails(book, self.examples, self.ledger, clock, engine, self.name_finder)
        self.imports = Imports(self.home, self.examples, clock)
        self.review_sheets = ReviewSheets(self.home, self.examples)
        self.versions = Versions(self.home, self.ledger, self.examples)
        self.forgetting = Forgetting(self.home, self.ledger, self.examples)
        self.groups = GroupReview(self.examples, self.home)
        processes = settings.processes or max(1, len(engine.devices()))
        self.models = ModelService(
            self.home, engine, assets, offline=settings.offline, processes=processes, only_listed=settings.people
        )
        self.downloads = Downloads(self.jobs, self.home, self.models.fetch_order, offline=settings.offline)
        limit = int(settings.disk_per_person_gb * 1e9) if settings.people else 0
        self.quota = DiskQuota(self.home, limit)
        self.runs = RunService(
            self.home,
            self.ledger,
            engine,
            self.examples,
            self.models,
            clock,
            in_child=settings.worker == "process",
            processes=processes,
            shared=settings.people,
            refuse_disk=self.quota.refuse_beyond,
            limits=QueueLimits(settings.waiting_per_person, settings.running_per_person)
            if settings.people
            else QueueLimits(),
            accelerators=lambda: (
                accelerator_names(len(engine.devices()), os.environ)
                if settings.worker == "process" and processes == 1
                else ("",)
            ),
            scheduler=scheduler_of(settings),
            seen_by_cluster=settings.shared_folder,
            stranger=CardUse().trouble if settings.people else lambda accelerator: None,
        )
        self.queue = self.runs.queue_list
        self.project_views = ProjectViews(self.home, self.runs)
        self.picture = ProfileService(self.examples, self.models)
        self.difficulty = DifficultyService(self.examples, self.models, engine, self.jobs)
        self.leakage = LeakageService(self.examples)
        self.recipes = SavedRecipes(self.home, self.ledger)
        self.run_list = RunList(self.home, self.ledger, self.runs)
        self.more_examples = DataScalingRuns(self.runs, clock)
        self.live_questions = LiveQuestions(self.examples)
        contestants = Contestants(self.home)
        self.chats = ChatService(self.home, engine, clock, contestants)
        self.voting = VoteService(self.home, self.ledger, engine, contestants, self.jobs, clock)
        self.second_opinions = SecondOpinions(
            self.home, self.ledger, engine, contestants, self.models, self.voting, self.jobs, clock
        )
        votes, teachers = self.second_opinions.counts, Teachers(self.home, engine, self.models)
        self.evaluation = EvaluationService(
            self.home, self.ledger, engine, clock, assets / "probes", self.jobs, votes,
            teacher=TeacherExam(self.home, teachers).ask,
            family=FamilyEvidenceReader(self.home, partial(open_alarms, self.home)).of,
        )  # fmt: skip
        self.exports = ExportService(
            self.home,
            self.ledger,
            engine,
            clock,
            self.jobs,
            self.examples,
            self.evaluation,
            self.models,
            Converters(self.home, settings.llama_cpp, offline=settings.offline),
        )
        self.pushes = HubPushes(self.home, self.jobs, self.exports)
        self.serving = VersionServer(self.home, self.ledger, self.jobs, settings, clock)
        self.server_overview = ServerOverview(self.home, self.serving)
        self.distillation = DistillationService(self.home, self.ledger, clock, self.jobs, self.examples, teachers)
        self.exam_questions = ExamQuestions(self.home, self.ledger, clock)
        self.next_runs = NextRuns(self.home, self.runs)
        self.feedback = FeedbackService(self.home, self.ledger, clock)
        self.feedback_erasure = FeedbackErasure(self.home, self.ledger, self.examples)
        self.feedback_inbox = FeedbackInbox(self.home, self.examples, book.rules)
        self.judgements = JudgementService(self.feedback, self.voting)
        self.watch = WatchService(self.home, self.ledger, clock, self.feedback)
        self.preferences = PreferenceService(self.home, self.runs, self.judgements)
        self.family = FamilyService(self.home, self.ledger, clock, self.runs, self.evaluation)
        self.family_exams = FamilyExams(self.home, self.ledger, engine, clock, self.jobs, self.family, self.voting)
        self.next_versions = NextVersions(self.home, self.ledger, self.examples, self.runs, self.family, self.feedback)
        self.trash = Trash(settings.home)
        self.retention = Retention(self.home, self.ledger, RetentionRules(*retention_days(settings)), clock)
        self.health = Health(settings, self.home, self.ledger, self.quota)
        self._server_lock: FileLock | None = None
        self._read: dict[tuple[str, str], str] = {}  # in which hour somebody's reading of a shared project was noted

    @cached_property
    def accounts(self) -> "People":
        """Who may sign in. Made when it is first asked for: nobody who works alone waits for its libraries."""
        from studio.services.people.people_service import People

        return People(self.ledger, self.clock)

    @cached_property
    def ownership(self) -> "Ownership":
        """Whose a project is; for administrators and the command line."""
        from studio.services.people.ownership import Ownership

        return Ownership(self.home, self.ledger, self.accounts, self.feedback_erasure.of_person)

    @cached_property
    def sharing(self) -> "Sharing":
        """With whom a project is shared."""
        from studio.services.people.sharing import Sharing

        return Sharing(self.home, self.ledger, self.accounts, self.access)

    @property
    def people(self) -> "People | None":
        """The same while people sign in; None for the single person of this computer."""
        return self.accounts if self.settings.people else None

    @property
    def person(self) -> str:
        """Whose name stands beside decisions while people are switched off: the account on this computer."""
        return account_name()

    @property
    def actor(self) -> Actor:
        """The single person while people are switched off."""
        return Actor(self.person, self.person)

    def name_finder(self) -> Path | None:
        """The folder that the settings name, else the name finder that was fetched; None without either."""
        if self.settings.name_finder is not None:
            return self.settings.name_finder
        fetched = self.models.name_finder().folder
        return Path(fetched) if fetched else None

    def open(self, actor: Actor, project: str, right: Right = Right.SEE) -> ProjectScope:
        """The services for one project, if she may; NotFound for one that is not there or not hers."""
        found = self.access.require(actor, project, right)
        if self.access.tells_people_apart and actor.id != found.owner:
            self._note_reading(actor, found.id)
        return ProjectScope(self, actor, found)

    def _note_reading(self, actor: Actor, project: str) -> None:
        """In the audit log, once an hour for each person and project: a page asks many times a minute."""
        now = f"{self.clock():%Y-%m-%d %H}"
        if self._read.get((actor.id, project)) != now:
            self._read[actor.id, project] = now
            self.ledger.note(actor.name, "read shared project", project)

    def within(self, project: str) -> ProjectScope:
        """The same for the single person of this computer."""
        return self.open(self.actor, project)

    def hold_home(self) -> None:
        """Be the one server of this home, and carry out what waits in it. StudioError when another one is."""
        lock = self.home.server_lock
        if not lock.take():
            raise StudioError(
                say('studio.another_studio_already_serves'),
                hint=say('studio.use_page_or_start'), where=str(self.settings.home),
            )  # fmt: skip
        self._server_lock = lock
        self.retention.start()
        self.runs.start_worker()

    def launch_from_words(
        self,
        project: str,
        dataset: str | None,
        *,
        model: str | None,
        sets: Sequence[str],
        recipe_file: Path | None,
        preset: str,
        by: str,
        elsewhere: str = "",
        asked: Sequence[str] = (),
        task: str = "",
    ) -> RunView:
        """What `studio train` does: the proposed recipe, changed by a file, then by `knob=value` words.

        `task` labels without a model takes the encoder that is here.

        With `elsewhere` (slurm or ray) nothing is carried out here: the script lies in the run's folder.
        """
        view = self.examples.view(project, dataset or self.examples.newest(project))
        values = knobs_of_file(recipe_file) if recipe_file else {}
        words = dict(knob_word(word) for word in sets) | ({"task": task} if task else {})
        if words.get("task") == "labels" and not model and "base_model" not in values:
            model = self.models.for_labels().id
        chosen = model or str(values.get("base_model", "starter"))
        validated(Recipe().model_dump() | values)
        validated(knob_texts(Recipe()) | words, strings=True)
        revision = words.get("revision", str(values.get("revision", "")))
        questions = self.live_questions.check(project, view.id, asked) if asked else ()
        facts = self.models.inspect(chosen, revision, may_download=model is not None)  # naming it is asking for it
        parts = self.examples.split(view, facts, words.get("instructions", str(values.get("instructions", ""))))
        recipe = self.models.propose(facts, chosen, parts.train, preset)
        if values:
            recipe = recipe_from(recipe.model_dump() | values)
        if words:
            recipe = recipe_from(knob_texts(recipe) | words, strings=True)
        if model:
            recipe = recipe_from(recipe.model_dump() | {"base_model": model})
        if elsewhere:
            return self.runs.write_out(project, view.id, recipe, elsewhere, by=by, questions=questions)[0]
        return self.runs.launch(project, view.id, recipe, by=by, questions=questions)

    def close(self) -> None:
        """Save what is running, end what goes on in the background, free the models, give the home back."""
        self.retention.close()
        self.runs.close()
        self.engine.close()
        self.jobs.close()
        self.serving.close()
        self.chats.close()
        self.examples.close()
        if self._server_lock is not None:
            self._server_lock.release()
            self._server_lock = None
