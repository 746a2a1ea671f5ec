"""A project is served by its name, and its name follows the served version without a restart."""

from collections.abc import Callable

import pytest

from studio.errors import NotFound, StudioError
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.services.versions.served_version import ServedVersions
from studio.serving.served_projects import runs_and_projects
from tests.serving.conftest import Running, until


def asked(running: Running, model: str) -> dict[str, object]:
    answer = running.post("/chat/completions", {"model": model, "messages": [{"role": "user", "content": "Hello"}]})
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    return body


def test_the_name_of_a_project_means_the_served_version_now_and_after_a_change(
    studio: Studio, runs: list[str], serve: Callable[..., Running]
) -> None:
    spec = studio.runs.view(runs[0]).spec
    studio.family.serve(spec.project, runs[0], by="ana")
    running = serve(studio, [spec.project])
    marks = {run: asked(running, spec.project)["system_fingerprint"] for run in runs[:1]}
    assert asked(running, runs[0])["system_fingerprint"] == marks[runs[0]]
    listed = {one["id"]: one for one in running.client().models.list().model_dump()["data"]}
    assert listed[spec.project]["version"] == runs[0]

    studio.family.serve(spec.project, runs[1], by="ana")  # was not loaded when the server began
    until(lambda: running.open.models.projects[spec.project] == runs[1])
    assert asked(running, spec.project)["system_fingerprint"] == asked(running, runs[1])["system_fingerprint"]
    assert asked(running, spec.project)["system_fingerprint"] != marks[runs[0]]

    question = studio.home.run(runs[1]).train[0].question
    wanted = {"model": "auto", "messages": [{"role": "user", "content": question}]}
    until(lambda: running.post("/chat/completions", wanted).headers["x-studio-routed-to"] == runs[1])

    studio.family.back(spec.project, by="ana")
    until(lambda: running.open.models.projects[spec.project] == runs[0])
    assert asked(running, spec.project)["system_fingerprint"] == marks[runs[0]]


def test_a_version_that_cannot_be_loaded_leaves_the_one_before(
    studio: Studio, runs: list[str], serve: Callable[..., Running], caplog: pytest.LogCaptureFixture
) -> None:
    spec = studio.runs.view(runs[0]).spec
    studio.family.serve(spec.project, runs[0], by="ana")
    running = serve(studio, [spec.project])
    odd = studio.runs.launch(spec.project, spec.dataset, Recipe(seed=9), by="ana").id
    studio.runs.carry_out(odd)
    (studio.home.run(odd).path / "adapter" / "adapter_config.json").unlink()
    ServedVersions(studio.home, studio.clock).serve(spec.project, odd, by="ana")
    until(lambda: "could not be loaded" in caplog.text)
    assert running.open.models.projects[spec.project] == runs[0]
    asked(running, spec.project)


def test_a_name_is_a_run_or_a_project_with_a_served_version(studio: Studio, runs: list[str]) -> None:
    project = studio.runs.view(runs[0]).spec.project
    with pytest.raises(StudioError, match="No version of this project is served yet"):
        runs_and_projects(studio, [project])
    studio.family.serve(project, runs[0], by="ana")
    studio.family.serve(project, runs[1], by="ana")
    assert runs_and_projects(studio, [project, runs[0]]) == ([runs[1], runs[0]], {project: runs[1]})
    assert runs_and_projects(studio, ["nothing"]) == (["nothing"], {}), "whoever loads it says that it is no run"
    with pytest.raises(NotFound):
        studio.home.run("nothing")
