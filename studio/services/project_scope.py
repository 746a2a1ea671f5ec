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

OTHER_NAMES = {"views": "project_views"}  # as the studio has it


class ProjectScope:
    """Got from `Studio.open`. Every id that is given to one of its services is looked up in this project.

    A service is bound to the project when it is first asked for: a page opens its project many times a minute, and asks
    each time for one or two of them."""

    examples: DatasetService
    groups: GroupReview
    allowed: AllowedDetails
    review_sheets: ReviewSheets
    versions: Versions
    forgetting: Forgetting
    picture: ProfileService
    difficulty: DifficultyService
    leakage: LeakageService
    recipes: SavedRecipes
    live_questions: LiveQuestions
    exam_questions: ExamQuestions
    runs: RunService
    run_list: RunList
    more_examples: DataScalingRuns
    next_runs: NextRuns
    views: ProjectViews
    chats: ChatService
    voting: VoteService
    second_opinions: SecondOpinions
    evaluation: EvaluationService
    feedback: FeedbackService
    feedback_erasure: FeedbackErasure
    feedback_inbox: FeedbackInbox
    judgements: JudgementService
    preferences: PreferenceService
    distillation: DistillationService
    exports: ExportService
    pushes: HubPushes
    family: FamilyService
    family_exams: FamilyExams
    serving: VersionServer
    next_versions: NextVersions
    watch: WatchService

    def __init__(self, studio: "Studio", actor: Actor, project: Project) -> None:
        self.actor, self.project = actor, project
        self.rights = studio.access.rights(actor, project)
        self._studio, self._has_doors = studio, studio.access.tells_people_apart
        self._home, self._made = studio.home.within(project.id), dict[int, Any]()
        self._record = studio.home.projects / project.id / "project.json"

    def __getattr__(self, name: str) -> Any:
        if name not in ProjectScope.__annotations__:
            raise AttributeError(f"a project has no {name}")
        service = bound_to(self._home, getattr(self._studio, OTHER_NAMES.get(name, name)), SERVICES, self._made)
        if self._has_doors:
            service = ServiceDoor(service, name, self.actor, self.project, self.rights, self._studio.ledger)
        setattr(self, name, service)
        return service

    @property
    def services(self) -> dict[str, Any]:
        """All of them by name, each behind its door where people sign in."""
        return {name: getattr(self, name) for name in ProjectScope.__annotations__}

    @property
    def stamp(self) -> Stamp | None:
        """Of the project's record now: while it is the same, nobody was given a right or lost one."""
        return stamp_of(self._record)

    def may(self, right: Right) -> bool:
        """Whether whoever opened this may do such things here."""
        return right in self.rights
