"""What a figure was measured on: the instruction sets that numpy and torch use, which differ between machines."""

import importlib.util

WIDE = "X86_V4"


def instruction_set() -> str:
    """Such as “AVX-512 (numpy), AVX2 (torch)”, by what they say of themselves.

    A machine with AVX-512 stands in for one without by
    `NPY_DISABLE_CPU_FEATURES="X86_V4 AVX512_ICL AVX512_SPR" ATEN_CPU_CAPABILITY=avx2 OPENBLAS_CORETYPE=Haswell`.
    """
    from numpy._core._multiarray_umath import __cpu_features__ as features

    numpys = "AVX-512" if features.get(WIDE) or features.get("AVX512_SKX") else "AVX2" if features.get("AVX2") else "?"
    if importlib.util.find_spec("torch") is None:
        return f"{numpys} (numpy)"
    import torch

    return f"{numpys} (numpy), {torch.backends.cpu.get_cpu_capability()} (torch)"
