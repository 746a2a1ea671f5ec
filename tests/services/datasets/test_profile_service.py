"""The picture follows the examples, and any row can be seen as a model reads it."""

from collections.abc import Callable

import pytest

from studio.errors import StudioError
from studio.services.studio import Studio
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]


def test_the_same_rows_are_measured_once_and_changed_rows_anew(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    first = studio.picture.of(project, dataset)
    assert studio.picture.of(project, dataset) is first and first.rows == 48
    studio.examples.remove(project, dataset, ["r1"], by="ana")
    assert studio.picture.of(project, dataset).rows == 47


@pytest.mark.parametrize("name", ["8", "r7", " 8 "])
def test_a_row_is_seen_as_the_model_reads_it(studio: Studio, upload: Upload, name: str) -> None:
    project, dataset = upload(table())
    example = next(one for one in studio.examples.view(project, dataset).examples if one.id == "r7")
    pieces = studio.picture.as_read(project, dataset, name, model="starter")
    assert [piece.part for piece in pieces] == ["read", "learned"] and example.answer in pieces[1].text


def test_a_row_that_is_not_there_is_told_in_words(studio: Studio, upload: Upload) -> None:
    with pytest.raises(StudioError, match="There is no row 999"):
        studio.picture.as_read(*upload(table()), "999", model="starter")
