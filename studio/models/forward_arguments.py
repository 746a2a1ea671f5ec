"""What a model's forward takes and gives, by the names that the installed transformers has for it.

The memory of what was read is called `cache` since transformers 5.24 and was `past_key_values` before. Whoever asks a
model goes through here, so that the next renaming is met in one place, and by one test.
"""

import inspect
from typing import Any

MEMORY = ("cache", "past_key_values")  # the newer name first: a model that takes both warns of the older one


class ForwardArguments:
    """The arguments of one model's forward. A wrapped forward is looked through to what the architecture itself takes;
    that it takes an argument does not mean that it works with it: `CapabilityProbe` finds that out."""

    def __init__(self, model: Any) -> None:
        self.names = frozenset(inspect.signature(model.forward).parameters)
        self.memory = next((name for name in MEMORY if name in self.names), "")

    def only(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What of this the model takes."""
        return {name: value for name, value in asked.items() if name in self.names}

    def remembering(self, memory: Any) -> dict[str, Any]:
        """How the model is told to go on from this memory, and to add to it."""
        return {self.memory or MEMORY[0]: memory, "use_cache": True}

    def memory_in(self, outputs: Any) -> Any:
        """The memory that came back; AttributeError from a model that gives none."""
        return getattr(outputs, self.memory or MEMORY[0])
