"""Whether a run's version can be asked at all, said in a sentence before anything is loaded."""

from pathlib import Path

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.recipe import ADAPTERS, Recipe
from studio.services.engine import Engine
from studio.storage.run_folder import RunFolder


def goes_on(recipe: Recipe) -> bool:
    """Whether a version of this recipe can be taught on: an adapter of a model that writes."""
    return recipe.method in ADAPTERS and recipe.task == "answers"


def must_have_version(folder: RunFolder) -> None:
    """StudioError when the run goes on, kept nothing, or its starting model is gone; no weights are looked at."""
    state = folder.seen_state()
    if not state.status.is_over:
        raise StudioError(
            say("evaluation_service.run", value=state.status.value),
            hint=say("evaluation_service.wait_until_over_or"),
            where=folder.id,
        )
    if not folder.has_version:
        raise StudioError(
            say("evaluation_service.run_has_no_version"),
            hint=say("evaluation_service.resume_or_start_another"),
            where=folder.id,
        )
    if not Path(folder.spec.model_folder).is_dir():
        raise StudioError(
            say("evaluation_service.starting_model_folder_not"),
            hint=say("evaluation_service.put_back_where_was"),
            where=folder.spec.model_folder,
        )


def must_be_usable(engine: Engine, folder: RunFolder) -> None:
    """The same, and StudioError when its starting model is another one."""
    must_have_version(folder)
    model = Path(folder.spec.model_folder)
    if folder.spec.model_sha256 not in ("", engine.inspect(model).sha256):
        raise StudioError(say('evaluation_service.starting_model_folder_holds'),
                          hint=say('evaluation_service.put_old_one_back'), where=str(model))  # fmt: skip
