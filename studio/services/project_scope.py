"""One project as one person may see it: the services, for this project alone."""

from typing import TYPE_CHECKING, Any

from studio.schemas.project import Project
from studio.services.access import Actor, Right, bound_to
from studio.services.chats.chat_service import ChatService
from studio.services.chats.contestants import Contestants
from studio.services.datasets.dataset_service import DatasetService
from studio.services.datasets.decisions import DecisionLog
from studio.services.datasets.duplicate_review import GroupReview
from studio.services.datasets.exam_questions import ExamQuestions
from studio.services.datasets.leakage import LeakageService
from studio.services.datasets.profile_service import ProfileService
from studio.services.datasets.review_sheet import ReviewSheets
from studio.services.datasets.versions import Versions
from studio.services.distillation.answer_join import AnswerJoin
from studio.services.distillation.distillation_service import DistillationService
from studio.services.distillation.teacher_exam import TeacherExam
from studio.services.distillation.teachers import Teachers
from studio.services.evaluation.difficulty import DifficultyService
from studio.services.evaluation.evaluation_service import EvaluationService
from studio.services.exports.export_service import ExportService
from studio.services.exports.hub_pushes import HubPushes
from studio.services.feedback.feedback_inbox import FeedbackInbox
from studio.services.feedback.feedback_service import FeedbackService
from studio.services.feedback.judgements import JudgementService
from studio.services.preferences.preference_service import PreferenceService
from studio.services.privacy.allowed_details import AllowedDetails, PrivacyStore
from studio.services.privacy.feedback_erasure import FeedbackErasure
from studio.services.privacy.forgetting import Forgetting
from studio.services.project_view import ProjectViews
from studio.services.runs.data_scaling_runs import DataScalingRuns
from studio.services.runs.live_questions import LiveQuestions
from studio.services.runs.next_runs import NextRuns
from studio.services.runs.run_list import RunList
from studio.services.runs.run_service import RunService
from studio.services.runs.saved_recipes import SavedRecipes
from studio.services.service_doors import ServiceDoor
from studio.services.serving.version_server import VersionServer
from studio.services.versions.family import FamilyService
from studio.services.versions.family_evidence import FamilyEvidenceReader
from studio.services.versions.family_exam import FamilyExams
from studio.services.versions.next_version import NextVersions
from studio.services.versions.served_version import ServedVersions
from studio.services.votes.second_opinion import SecondOpinions
from studio.services.votes.vote_service import VoteService
from studio.services.watch.watch_service import WatchService
from studio.services.watch.watch_store import WatchStore
from studio.storage.ballots import BallotStore
from studio.storage.file_cache import Stamp, stamp_of
from studio.storage.loop.distillation_store import DistillationStore
from studio.storage.loop.feedback_store import FeedbackStore
from studio.storage.loop.use_log import UseLog

if TYPE_CHECKING:
    from studio.services.studio import Studio

SERVICES = (
    AnswerJoin,
    AllowedDetails,
    BallotStore,
    ChatService,
    ReviewSheets,
    Contestants,
    DecisionLog,
    PrivacyStore,
    DifficultyService,
    DistillationStore,
    DistillationService,
    EvaluationService,
    ExamQuestions,
    ExportService,
    FeedbackErasure,
    FeedbackInbox,
    FeedbackService,
    FeedbackStore,
    JudgementService,
    FamilyEvidenceReader,
    FamilyExams,
    FamilyService,
    DatasetService,
    Forgetting,
    GroupReview,
    HubPushes,
    LeakageService,
    LiveQuestions,
    DataScalingRuns,
    NextRuns,
    PreferenceService,
    ProfileService,
    ProjectViews,
    SavedRecipes,
    RunList,
    RunService,
    SecondOpinions,
    ServedVersions,
    TeacherExam,
    Teachers,
    NextVersions,
    Versions,
    VersionServer,
    VoteService,
    WatchService,
    WatchStore,
    UseLog,
)


class ProjectScope:
    """Got from `Studio.open`. Every id that is given to one of its services is looked up in this project."""

    def __init__(self, studio: "Studio", actor: Actor, project: Project) -> None:
        self.actor, self.project = actor, project
        self.rights = studio.access.rights(actor, project)
        home, made = studio.home.within(project.id), dict[int, Any]()
        self._record = studio.home.projects / project.id / "project.json"

        self.examples = bound_to(home, studio.examples, SERVICES, made)
        self.groups = bound_to(home, studio.groups, SERVICES, made)
        self.allowed = bound_to(home, studio.allowed, SERVICES, made)
        self.review_sheets = bound_to(home, studio.review_sheets, SERVICES, made)
        self.versions = bound_to(home, studio.versions, SERVICES, made)
        self.forgetting = bound_to(home, studio.forgetting, SERVICES, made)
        self.picture = bound_to(home, studio.picture, SERVICES, made)
        self.difficulty = bound_to(home, studio.difficulty, SERVICES, made)
        self.leakage = bound_to(home, studio.leakage, SERVICES, made)
        self.recipes = bound_to(home, studio.recipes, SERVICES, made)
        self.live_questions = bound_to(home, studio.live_questions, SERVICES, made)
        self.exam_questions = bound_to(home, studio.exam_questions, SERVICES, made)
        self.runs = bound_to(home, studio.runs, SERVICES, made)
        self.run_list = bound_to(home, studio.run_list, SERVICES, made)
        self.more_examples = bound_to(home, studio.more_examples, SERVICES, made)
        self.next_runs = bound_to(home, studio.next_runs, SERVICES, made)
        self.views = bound_to(home, studio.project_views, SERVICES, made)
        self.chats = bound_to(home, studio.chats, SERVICES, made)
        self.voting = bound_to(home, studio.voting, SERVICES, made)
        self.second_opinions = bound_to(home, studio.second_opinions, SERVICES, made)
        self.evaluation = bound_to(home, studio.evaluation, SERVICES, made)
        self.feedback = bound_to(home, studio.feedback, SERVICES, made)
        self.feedback_erasure = bound_to(home, studio.feedback_erasure, SERVICES, made)
        self.feedback_inbox = bound_to(home, studio.feedback_inbox, SERVICES, made)
        self.judgements = bound_to(home, studio.judgements, SERVICES, made)
        self.preferences = bound_to(home, studio.preferences, SERVICES, made)
        self.distillation = bound_to(home, studio.distillation, SERVICES, made)
        self.exports = bound_to(home, studio.exports, SERVICES, made)
        self.pushes = bound_to(home, studio.pushes, SERVICES, made)
        self.family = bound_to(home, studio.family, SERVICES, made)
        self.family_exams = bound_to(home, studio.family_exams, SERVICES, made)
        self.serving = bound_to(home, studio.serving, SERVICES, made)
        self.next_versions = bound_to(home, studio.next_versions, SERVICES, made)
        self.watch = bound_to(home, studio.watch, SERVICES, made)
        if studio.access.tells_people_apart:
            for name, service in list(vars(self).items()):
                if isinstance(service, SERVICES):
                    setattr(self, name, ServiceDoor(service, name, actor, project, self.rights, studio.ledger))

    @property
    def stamp(self) -> Stamp | None:
        """Of the project's record now: while it is the same, nobody was given a right or lost one."""
        return stamp_of(self._record)

    def may(self, right: Right) -> bool:
        """Whether whoever opened this may do such things here."""
        return right in self.rights
