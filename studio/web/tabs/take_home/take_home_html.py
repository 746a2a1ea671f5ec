"""What the Take home tab shows, as markup: the proof, the files, and the lines to copy."""

from pathlib import Path

from studio.copy.accounts import names_somebody
from studio.copy.catalog import say
from studio.copy.quantities import size
from studio.schemas.exports.export import ExportManifest
from studio.services.exports.how_to_use import ASK
from studio.services.jobs import BackgroundJob
from studio.web import html
from studio.web.copy.progress import doing


def proof(manifest: ExportManifest) -> str:
    """That it is ready, and what that rests on."""
    told = [check.text for check in manifest.checks] or [say("take_home.evidence_only")]
    when = f"{manifest.created.astimezone():%d %b, %H:%M}"
    made = "take_home.made" if names_somebody(manifest.by) else "take_home.made_on"
    head = html.title(say("take_home.ready"), say(made, when=when, by=manifest.by))
    points = "".join(f"<li>{html.safe(text)}</li>" for text in (*told, *manifest.notes))
    return f"{head}<ul>{points}</ul>"


def files(manifest: ExportManifest, place: Path) -> str:
    """Each file with its size, and where the folder lies."""
    rows = [[name, small_size(file.bytes)] for name, file in manifest.files.items()]
    total = say(
        "take_home.total", files=len(rows), size=small_size(sum(file.bytes for file in manifest.files.values()))
    )
    table = html.table([say("take_home.file"), say("take_home.size")], rows, total)
    lies = f'<p class="soft">{html.safe(say("take_home.lies"))} <code>{html.safe(str(place))}</code></p>'
    return html.title(say("take_home.files")) + table + lies


def small_size(count: int) -> str:
    """Bytes, also of files that are no megabyte."""
    return size(count) if count >= 1_000_000 else say("take_home.kilobytes", kilobytes=max(1, round(count / 1000)))


def lines(manifest: ExportManifest, place: Path) -> str:
    """What somebody else types, and the program that it starts; nothing where no weights leave."""
    if not manifest.commands:
        return ""
    parts = [html.title(say("take_home.use"), say("take_home.use_lead")), html.script("\n".join(manifest.commands))]
    if (place / ASK).is_file():
        text = (place / ASK).read_text(encoding="utf-8")
        parts += [f"<p>{html.safe(say('take_home.program', file=ASK))}</p>", html.script(text)]
    return "".join(parts)


def progress_of(job: BackgroundJob) -> str:
    """How far the work is, or why it ended."""
    if job.error is not None:
        return html.notice(job.error.message, job.error.hint, tone="warn" if job.is_cancelled() else "bad")
    if job.is_over:
        return ""
    return html.progress(job.record.id, doing(job), *job.behind, say("common.close"))
