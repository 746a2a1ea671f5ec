"""One project as one person may see it: the services, for this project alone."""

from typing import TYPE_CHECKING, Any

from studio.desk.access import Actor, bound_to
from studio.desk.allowed_details import AllowedDetails, DetailsBook
from studio.desk.chats import ChatsDesk
from studio.desk.colleagues import Colleagues
from studio.desk.contestants import Contestants
from studio.desk.deciding import Deciding
from studio.desk.difficulty import DifficultyDesk
from studio.desk.evaluation import EvaluationDesk
from studio.desk.exam_questions import ExamQuestions
from studio.desk.examples import ExamplesDesk
from studio.desk.forgetting import Forgetting
from studio.desk.groups import Groups
from studio.desk.leakage import LeakageDesk
from studio.desk.live_questions import LiveQuestions
from studio.desk.more_examples import MoreExamples
from studio.desk.next_runs import NextRuns
from studio.desk.picture import PictureDesk
from studio.desk.recipes import RecipesDesk
from studio.desk.run_list import RunList
from studio.desk.runs import RunsDesk
from studio.desk.second_opinion import SecondOpinions
from studio.desk.versions import Versions
from studio.desk.voting import VotingDesk
from studio.records.project import Project
from studio.storage.verdicts import BallotBox

if TYPE_CHECKING:
    from studio.desk.studio import Studio

SERVICES = (
    AllowedDetails, BallotBox, ChatsDesk, Colleagues, Contestants, Deciding, DetailsBook, DifficultyDesk,
    EvaluationDesk, ExamQuestions, ExamplesDesk, Forgetting, Groups, LeakageDesk, LiveQuestions, MoreExamples,
    NextRuns, PictureDesk, RecipesDesk, RunList, RunsDesk, SecondOpinions, Versions, VotingDesk,
)  # fmt: skip


class ProjectScope:
    """Got from `Studio.open`. Every id that is given to one of its services is looked up in this project."""

    def __init__(self, studio: "Studio", actor: Actor, project: Project) -> None:
        self.actor, self.project = actor, project
        home, made = studio.home.within(project.id), dict[int, Any]()

        self.examples = bound_to(home, studio.examples, SERVICES, made)
        self.groups = bound_to(home, studio.groups, SERVICES, made)
        self.allowed = bound_to(home, studio.allowed, SERVICES, made)
        self.colleagues = bound_to(home, studio.colleagues, SERVICES, made)
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
        self.chats = bound_to(home, studio.chats, SERVICES, made)
        self.voting = bound_to(home, studio.voting, SERVICES, made)
        self.second_opinions = bound_to(home, studio.second_opinions, SERVICES, made)
        self.evaluation = bound_to(home, studio.evaluation, SERVICES, made)
