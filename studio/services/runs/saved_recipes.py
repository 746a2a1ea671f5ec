"""Recipes that a project keeps for reuse: each a TOML file in its folder `recipes/`, named as its owner named it."""

from pathlib import Path

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError, WrongSetting
from studio.schemas.recipe import Recipe
from studio.storage.database import Database
from studio.storage.files import move_to_trash, write_bytes
from studio.storage.home import Home
from studio.storage.recipe_text import recipe_of_text, recipe_toml

LARGEST = 100_000  # bytes of a recipe file
LONGEST_NAME = 50


class SavedRecipes:
    """The verbs around recipes as files."""

    def __init__(self, home: Home, ledger: Database) -> None:
        self._home, self._ledger = home, ledger

    def keep(self, project: str, name: str, recipe: Recipe, *, by: str) -> str:
        """Keep a recipe under a name, in the place of an older one of that name; the name as it was kept."""
        kept = file_name(name)
        write_bytes(self._folder(project) / f"{kept}.toml", recipe_toml(recipe).encode())
        self._ledger.note(by, "keep recipe", f"{project}/{kept}")
        return kept

    def names(self, project: str) -> list[str]:
        """The recipes that are kept, by name."""
        return sorted(path.stem for path in self._folder(project).glob("[!.]*.toml"))

    def kept(self, project: str, name: str) -> Recipe:
        """A kept recipe; WrongSetting when somebody changed its file into one that cannot work."""
        return self.read(self._file(project, name))

    def forget(self, project: str, name: str, *, by: str) -> None:
        """Into the trash with it."""
        move_to_trash(self._file(project, name), self._home.path)
        self._ledger.note(by, "forget recipe", f"{project}/{name}")

    def read(self, path: Path) -> Recipe:
        """A recipe file that a person brings: TOML, or JSON by its suffix."""
        if path.stat().st_size > LARGEST:
            raise WrongSetting(say("saved_recipes.no_recipe_file_too"), hint=say("saved_recipes.recipe_one_short_page"))
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise WrongSetting(
                say("saved_recipes.recipe_file_no_text"), hint=say("saved_recipes.save_as_utf_8")
            ) from None
        return recipe_of_text(text, toml=path.suffix.lower() != ".json")

    def export(self, project: str, recipe: Recipe, name: str = "recipe") -> Path:
        """The recipe as a file to take away."""
        path = self._home.project_folder(project) / "exports" / f"{file_name(name)}.toml"
        write_bytes(path, recipe_toml(recipe).encode())
        return path

    def _folder(self, project: str) -> Path:
        return self._home.project_folder(project) / "recipes"

    def _file(self, project: str, name: str) -> Path:
        if name not in self.names(project):
            raise NotFound(
                say("saved_recipes.there_no_recipe_project", name=name[:60]),
                hint=say("saved_recipes.pick_one_from_list"),
            )
        return self._folder(project) / f"{name}.toml"


def file_name(name: str) -> str:
    """The name as it can be a file's: letters, digits, spaces and dashes."""
    kept = "".join(c if c.isalnum() or c in "-_ " else "-" for c in name)[:LONGEST_NAME].strip(" -")
    if not kept:
        raise StudioError(
            say("saved_recipes.recipe_needs_name"), hint=say("saved_recipes.write_word_or_two"), where="name"
        )
    return kept
