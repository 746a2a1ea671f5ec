"""The profile of a dataset: measured when somebody looks, and one row shown as a model reads it."""

from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise

from studio.copy.catalog import say
from studio.data.checks.content.reasoning import begins_with_thought, ends_a_thought
from studio.data.profile.dataset_profile import describe
from studio.errors import StudioError
from studio.schemas.example import Example
from studio.schemas.model import TokenPiece
from studio.schemas.profile import DatasetProfile
from studio.schemas.recipe import Recipe
from studio.services.datasets.dataset_service import DatasetService
from studio.services.models.model_service import ModelService

KEPT = 4


class ProfileService:
    """Keeps the last few pictures: the same rows give the same one."""

    def __init__(self, examples: DatasetService, models: ModelService) -> None:
        self._examples, self._models = examples, models
        self._kept: OrderedDict[str, DatasetProfile] = OrderedDict()

    def of(self, project: str, dataset: str) -> DatasetProfile:
        """What is in the examples as they stand now."""
        view = self._examples.view(project, dataset)
        key = f"{view.id} {view.mark}"
        picture = self._kept.pop(key, None) or describe(view.examples)
        self._kept[key] = picture
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return picture

    def as_read(
        self, project: str, dataset: str, row: str, *, model: str, recipe: Recipe | None = None
    ) -> list[TokenPiece]:
        """One row, named by its number, as this model reads it; without a recipe by the one that suits the model."""
        view = self._examples.view(project, dataset)
        example = row_named(view.examples, row)
        facts = self._models.inspect(model, recipe.revision if recipe else "")
        recipe = recipe or self._models.propose(facts, model, view.examples)
        return self._models.see(facts, recipe, example)


def second_thought(pieces: Sequence[TokenPiece]) -> list[str]:
    """A sentence where an answer begins with a thought although what is read before it ends one; else none."""
    twice = any(
        before.part == "read" and ends_a_thought(before.text) and said.part == "learned"
        and begins_with_thought(said.text)
        for before, said in pairwise(pieces)
    )  # fmt: skip
    return [say("profile_service.second_thought")] if twice else []


def row_named(examples: tuple[Example, ...], row: str) -> Example:
    """The example that the table calls `17` (or `a1`, when a person added it); StudioError when it is not there."""
    name = row.strip()
    found = next((example for example in examples if name in (example.label, example.id)), None)
    if found is None:
        said = say("profile_service.there_no_row", name=name[:20]) if name else say("profile_service.no_row_was_named")
        raise StudioError(said, hint=say("profile_service.write_number_first_column"), where="row")
    return found
