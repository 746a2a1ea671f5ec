"""The model card in the hub's format: how it was made and what it reached, without a single example row."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from studio.copy.catalog import say
from studio.copy.reasons import reason_in_words
from studio.evaluation.report_figures import contestant_title, guard_title, standing, title_of
from studio.evaluation.report_values import ScoreTable, notes_on, score_tables, shown
from studio.schemas.dataset import DatasetMetadata
from studio.schemas.exports.export import ExportCheck, ExportedVersion, ExportKind
from studio.schemas.recipe import Recipe
from studio.schemas.recipe import title_of as knob_title
from studio.schemas.report import Report
from studio.schemas.run import RunSpec
from studio.services.exports.how_to_use import (
    ASK,
    PUBLISHER,
    ask_command,
    commands,
    needs,
    program,
    served_name,
    vllm_command,
)

HUB_LICENCES = ("apache-2.0", "mit", "bsd-3-clause", "cc-by-4.0", "cc-by-sa-4.0", "gemma", "llama3.2", "openrail")
CODE = "```"


@dataclass(frozen=True)
class CardFacts:
    """Everything that the card tells. `version` is absent where only the evidence leaves."""

    kind: ExportKind
    title: str
    spec: RunSpec
    card: DatasetMetadata | None
    report: Report | None
    version: ExportedVersion | None
    versions: dict[str, str]
    base_name: str
    base_licence: str
    learned: int
    exam: int
    with_examples: bool = False


def model_card(facts: CardFacts) -> str:
    """README.md."""
    parts = [
        f"# {plain(facts.title)}",
        say("card.lead", base=plain(facts.base_name), rows=facts.learned),
        *use(facts),
        *proof(facts.version.checks if facts.version else (), facts),
        section("card.base_title", *base(facts)),
        section("card.data_title", *data(facts)),
        section("card.recipe_title", *recipe(facts)),
        section("card.results_title", *results(facts)),
        section("card.limits_title", *limits(facts)),
        section("card.fingerprints_title", *fingerprints(facts)),
    ]
    return front_matter(facts) + "\n\n".join(filter(None, parts)) + "\n"


def section(key: str, *parts: str) -> str:
    """A heading with what stands under it; nothing where nothing does."""
    return "\n\n".join([f"## {say(key)}", *parts]) if any(parts) else ""


def plain(text: object) -> str:
    """Words of a person as one line of Markdown that makes no mark-up of them."""
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", " ".join(str(text).split()))


def listed(lines: Iterable[str]) -> str:
    """A list."""
    return "\n".join(f"- {line}" for line in lines)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def front_matter(facts: CardFacts) -> str:
    """What the hub reads: YAML, each value as JSON, which is YAML too."""
    version = facts.version
    licence = facts.base_licence.lower()
    known = next((name for name in HUB_LICENCES if licence.startswith(name)), "other")
    told: dict[str, object] = {"license": known}
    if known == "other":
        told["license_name"] = facts.base_licence or "as the starting model's"
    if version is not None:
        if version.base.hub:
            told |= {"base_model": version.base.name}
            told |= {"base_model_relation": "adapter" if version.form == "adapter" else "finetune"}
        library = "gguf" if version.gguf else "peft" if version.form == "adapter" else "transformers"
        told |= {"library_name": library}
        told |= {"pipeline_tag": "text-classification" if version.task == "labels" else "text-generation"}
    told["tags"] = ["tailor-studio", facts.spec.recipe.method]
    return "---\n" + "".join(f"{name}: {json.dumps(value)}\n" for name, value in told.items()) + "---\n\n"


def use(facts: CardFacts) -> list[str]:
    """The ten lines, and the command of the program it was made for."""
    version = facts.version
    if version is None:
        return []
    if version.gguf:
        return in_gguf(facts, version)
    parts = [section("card.use_title", say("card.use", file=ASK),
                     f"{CODE}sh\n{needs(version, facts.versions)}\n{ask_command(version)}\n{CODE}",
                     f"{CODE}python\n{program(version)}{CODE}")]  # fmt: skip
    if version.stop_strings:
        marks = ", ".join(f"`{json.dumps(mark)}`" for mark in version.stop_strings)
        parts.append(say("card.stop_strings", marks=marks))
    if version.system:
        parts.append(say("card.instructions"))
    if facts.kind is ExportKind.VLLM:
        name = served_name(facts.title)
        command = vllm_command(version, name, "FOLDER")
        parts.append(section("card.vllm_title", say("card.vllm", package="vllm"), f"{CODE}sh\n{command}\n{CODE}",
                             say("card.vllm_ask", name=name)))  # fmt: skip
    return parts


def in_gguf(facts: CardFacts, version: ExportedVersion) -> list[str]:
    """How a GGUF is opened by the program that it was made for."""
    said = "\n".join(commands(facts.kind, version, facts.versions, facts.title))
    lead = say(f"card.use_{facts.kind}", file=version.gguf, folder=f"{PUBLISHER}/{served_name(facts.title)}")
    parts = [section("card.use_title", lead, f"{CODE}sh\n{said}\n{CODE}")]
    if version.stop_strings and facts.kind is not ExportKind.OLLAMA:
        marks = ", ".join(f"`{json.dumps(mark)}`" for mark in version.stop_strings)
        parts.append(say("card.stop_strings", marks=marks))
    return parts


def proof(checks: Sequence[ExportCheck], facts: CardFacts) -> list[str]:
    """What was compared before it was called ready."""
    if not checks:
        return []
    notes = facts.version.notes if facts.version else ()
    return [section("card.proof_title", say("card.proof"), listed([*(check.text for check in checks), *notes]))]


def base(facts: CardFacts) -> list[str]:
    """Which starting model, under which licence, and how to know that one has the same."""
    version, lines = facts.version, []
    name = plain(facts.base_name)
    if version is not None and version.base.hub:
        lines.append(say("card.base_hub", name=name, revision=version.base.revision))
    elif version is not None and version.base.package:
        lines.append(say("card.base_package", name=name, package=version.base.package))
    else:
        lines.append(say("card.base_other", name=name))
    lines.append(say("card.base_licence", licence=plain(facts.base_licence or say("card.not_stated"))))
    if version is not None:
        lines += [say("card.base_weights", file=file, sha256=mark) for file, mark in version.base.weights.items()]
    return [listed(lines)]


def data(facts: CardFacts) -> list[str]:
    """Counts and rights; no row and no word of one."""
    card, lines = facts.card, [say("card.rows_learned", rows=facts.learned, exam=facts.exam)]
    if card is not None:
        lines.append(say("card.rows", rows_in=card.rows_in, rows_kept=card.rows_kept))
        dropped = [f"{reason_in_words(reason)}: {count}" for reason, count in sorted(card.dropped.items())]
        lines += [say("card.dropped", dropped="; ".join(dropped))] if dropped else []
        changed = [f"{reason_in_words(kind)}: {count}" for kind, count in sorted(card.changed.items())]
        lines += [say("card.changed", changed="; ".join(changed))] if changed else []
        for name in ("origin", "licence", "consent"):
            lines.append(f"{say(f'card.{name}')}: {plain(getattr(card, name) or say('card.not_stated'))}")
    lines.append(say("card.rows_sha256", sha256=facts.spec.dataset_sha256))
    return [listed(lines)]


def recipe(facts: CardFacts) -> list[str]:
    """Every knob that is not at its usual value; the starting model stands by its name."""
    own: Recipe = facts.spec.recipe
    values = {
        name: getattr(own, name) for name, field in Recipe.model_fields.items()
        if name not in ("base_model", "revision", "instructions") and getattr(own, name) != field.default
    }  # fmt: skip
    values = {"method": own.method, "seed": own.seed} | values
    rows = [[plain(knob_title(name)), f"`{name}`", f"`{value}`"] for name, value in values.items()]
    return [table([say("card.setting"), say("card.name"), say("card.value")], rows)]


def results(facts: CardFacts) -> list[str]:
    """The exam with its intervals, the verdict, and what teaching cost."""
    report = facts.report
    if report is None:
        return [say("card.no_report")]
    guards = [f"{plain(guard_title(one))}: {plain(standing(one))}. {plain(one.text)}" for one in report.probes]
    parts = [plain(report.verdict.text), say("card.questions", questions=report.questions)]
    parts += [part for scores in score_tables(report) for part in (plain(scores.heading), measured(report, scores))]
    parts += [plain(note) for note in notes_on(report)]
    parts += [f"### {say('card.guards_title')}", listed(guards)] if guards else []
    if facts.with_examples and report.best:
        shown_rows = [
            [plain(one.question), plain(one.expert), plain(one.replies.get("tuned", ""))] for one in report.best
        ]
        parts += [f"### {say('card.examples_title')}", table([say(f"card.{c}") for c in ("asked", "expert", "replied")],
                                                             shown_rows)]  # fmt: skip
    return parts


def measured(report: Report, scores: ScoreTable) -> str:
    """The measures of one unit."""
    head = ["", *(plain(contestant_title(one, technical=True)) for one in scores.contestants)]
    rows = [
        [plain(title_of(report, name, technical=True)),
         *(plain(shown(report, name, by[one])) if one in by else "" for one in scores.contestants)]
        for name, by in ((name, report.metrics[name]) for name in scores.metrics)
    ]  # fmt: skip
    return table(head, rows)


def limits(facts: CardFacts) -> list[str]:
    """What nobody should expect of it."""
    own = [plain(text) for text in facts.report.limits] if facts.report else []
    return [listed([say("card.limit_work"), say("card.limit_facts"), *own])]


def fingerprints(facts: CardFacts) -> list[str]:
    """By which one knows that two people speak of the same version."""
    lines = [say("card.run", run=facts.spec.id)]
    if facts.version is not None:
        lines.append(say("card.fingerprint", mark=facts.version.fingerprint))
    if facts.spec.exam_sha256:
        lines.append(say("card.exam_sha256", sha256=facts.spec.exam_sha256))
    lines += [f"{name} {number}" for name, number in facts.versions.items()]
    return [listed(lines)]
