"""What a listed model takes by its sizes alone, before torch is imported: the first figure that a page can show."""

from pathlib import Path

from studio.schemas.model import ModelEntry, ModelFacts

OVERHEAD_BYTES = 200_000_000
TOKENS = 500  # of the largest step, with rows of a usual length
LEFT_BEHIND = 77  # bytes that a token leaves in a layer for every hidden number, in float32
GRAPHICS_CARDS = ("/dev/nvidia0", "/dev/kfd", "/dev/dxg")  # devices of NVIDIA's and AMD's drivers, and of WSL
NARROW = {"avx512_bf16", "amx_bf16"}  # processors that multiply bfloat16


def facts_of_entry(entry: ModelEntry) -> ModelFacts:
    """The sizes that its makers or its files tell; what is not told is as usual for so many parameters."""
    hidden = entry.hidden or round((4 * entry.parameters) ** (1 / 3) / 64) * 64 or 64
    vocabulary = entry.vocabulary or 50_000
    inner = max(entry.parameters - vocabulary * hidden, entry.parameters // 2)
    return ModelFacts(
        folder=entry.folder, sha256="", architecture="", parameters=entry.parameters, context=entry.context or 4096,
        vocabulary=vocabulary, hidden=hidden, layers=entry.layers or max(1, round(inner / (12 * hidden**2))),
    )  # fmt: skip


def rough_bytes(entry: ModelEntry) -> int:
    """What LoRA takes with the recipe that is proposed. Beside a graphics card frozen weights lie in bfloat16; a
    processor holds them in float32, and once more in bfloat16 where that is fast."""
    facts = facts_of_entry(entry)
    if any(Path(device).exists() for device in GRAPHICS_CARDS):
        return int(OVERHEAD_BYTES + 2.6 * facts.parameters)
    weight = 6.5 if NARROW & processor_flags() else 4
    return int(OVERHEAD_BYTES + weight * facts.parameters + TOKENS * LEFT_BEHIND * facts.hidden * facts.layers)


def processor_flags() -> set[str]:
    """What the processor can do, where the system tells it."""
    listing = Path("/proc/cpuinfo")
    lines = listing.read_text(encoding="utf-8", errors="replace").splitlines() if listing.is_file() else []
    return set(next((line.partition(":")[2] for line in lines if line.startswith("flags")), "").split())
