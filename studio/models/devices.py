"""What this computer can calculate with: its accelerators, their memory, and which number format is fast on them."""

import os
from typing import Any

from studio.copy.catalog import say

SMALL = 4_000_000  # below this many parameters the casts to bfloat16 cost more than they save on a CPU


def devices() -> list[dict[str, object]]:
    """`name, memory_bytes, free_bytes` of every accelerator; the processor when there is none."""
    import psutil
    import torch

    if torch.cuda.is_available():
        accelerators: list[dict[str, object]] = []
        for number in range(torch.cuda.device_count()):
            free, whole = torch.cuda.mem_get_info(number)
            accelerators.append({"name": torch.cuda.get_device_name(number), "memory_bytes": whole, "free_bytes": free})
        return accelerators
    memory = psutil.virtual_memory()
    return [{"name": processor_name(), "memory_bytes": memory.total, "free_bytes": memory.available}]


def processor_name() -> str:
    """As the system calls it."""
    import platform
    from pathlib import Path

    listing = Path("/proc/cpuinfo")
    if listing.is_file():
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "processor"


def free_bytes() -> int:
    """Memory that a run could take now, on the device it would run on."""
    found = devices()[0]["free_bytes"]
    return int(str(found))


def used_bytes() -> int:
    """What this process holds: on an accelerator the most so far, else the memory it has now."""
    import psutil
    import torch

    if torch.cuda.is_available():
        return int(torch.cuda.max_memory_allocated())
    return int(psutil.Process().memory_info().rss)


BYTES_OF_A_THREAD = 400_000_000  # of weights; a step of a smaller model is over before several threads have met


def keep_a_core_for_requests(weight_bytes: int) -> None:
    """For a process that does nothing but serve this model on processors; OMP_NUM_THREADS, where set, is obeyed.

    Every product waits for its slowest thread, and one whose core reads a request is slow: hundreds of such waits a
    step cost more than a second thread brings (tests/benchmarks/README.md, "threads of the server").
    """
    import torch

    if not has_accelerator() and "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(threads_to_serve(weight_bytes, torch.get_num_threads()))


def threads_to_serve(weight_bytes: int, available: int) -> int:
    """One for each 400 MB that a step reads, of all but one."""
    return max(1, min(available - 1, -(-weight_bytes // BYTES_OF_A_THREAD)))


QUIET = 0.75  # a computer that is less free than this is busy with something else


class OtherLoad:
    """How busy others keep this computer from now on: what is measured beside them is slower than a run alone is."""

    def __init__(self) -> None:
        self._began = self._spent()

    def _spent(self) -> tuple[float, float, float]:
        import time

        import psutil

        every = psutil.cpu_times()
        return sum(every), sum(every) - every.idle - getattr(every, "iowait", 0.0), time.process_time()

    def free(self) -> float:
        """The share of the processors that nobody else used since then; 1.0 where a run goes to a card."""
        if has_accelerator():
            return 1.0
        whole, busy, own = (now - then for now, then in zip(self._spent(), self._began, strict=True))
        return min(1.0, max(0.05, 1.0 - (busy - own) / whole)) if whole > 0 else 1.0


def has_accelerator() -> bool:
    """Whether runs go to a card with memory of its own."""
    import torch

    return torch.cuda.is_available()


def wait() -> None:
    """Until the accelerator has done all that it was told; nothing on a processor."""
    import torch

    if torch.cuda.is_available():
        torch.cuda.synchronize()


def methods_here() -> dict[str, str]:
    """Every method of a Recipe, with the sentence why it cannot be used here; empty where it can."""
    from typing import get_args

    from studio.schemas.recipe import Method

    return {method: why_not_four_bits() if method == "qlora" else "" for method in get_args(Method)}


def why_not_four_bits() -> str:
    """Why a model cannot be held in four bits on this computer; empty when it can."""
    from importlib.util import find_spec

    import torch

    if not torch.cuda.is_available():
        return say("devices.qlora_needs_nvidia_graphics")
    if find_spec("bitsandbytes") is None:
        return say("devices.qlora_needs_library_bitsandbytes")
    return ""


def has_fast_bfloat16() -> bool:
    """Whether this device multiplies bfloat16 faster than float32."""
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def precision_of(asked: str, parameters: int) -> Any:
    """The torch dtype to calculate in. "auto" goes by the device and the model's size, never by a race, so that the
    same run takes the same numbers every time."""
    import torch

    if asked == "auto":
        worth = torch.cuda.is_available() or parameters >= SMALL
        return torch.bfloat16 if worth and has_fast_bfloat16() else torch.float32
    return torch.bfloat16 if asked == "bfloat16" else torch.float32
