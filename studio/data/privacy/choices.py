"""What is to happen to each kind of private detail, read from one line: `mask`, or `email=fake,phone=leave`."""

from collections.abc import Mapping

from studio.errors import WrongSetting

WAYS = ("mask", "fake", "drop", "leave")
KINDS = ("email", "phone", "card", "iban", "national_id", "ip", "url", "name")


def read_choice(words: str) -> dict[str, str]:
    """The way for each kind. A word alone holds for the kinds that are not named; without one they are masked."""
    chosen: dict[str, str] = {}
    others = "mask"
    for word in filter(None, (part.strip() for part in words.split(","))):
        kind, equals, way = (part.strip() for part in word.partition("="))
        if not equals:
            kind, way = "", kind
        if kind and kind not in KINDS:
            raise WrongSetting(
                f"“{kind[:40]}” is no kind of private detail.",
                hint="Use one of: " + ", ".join(KINDS) + ".",
                where="fix",
            )
        if way not in WAYS:
            raise WrongSetting(
                f"“{way[:40]}” cannot be done to a private detail.", hint="Use " + ", ".join(WAYS) + ".", where="fix"
            )
        if kind in chosen:
            raise WrongSetting(f"“{kind}” was chosen twice.", hint="Name each kind once.", where="fix")
        if kind:
            chosen[kind] = way
        else:
            others = way
    return {kind: chosen.get(kind, others) for kind in KINDS}


def written(chosen: Mapping[str, str]) -> str:
    """The line that `read_choice` reads."""
    return ",".join(f"{kind}={way}" for kind, way in chosen.items())


def read_secret_choice(words: str) -> str:
    """The way for passwords and keys: a made-up one would be no better than none."""
    way = words.strip() or "mask"
    if way not in WAYS or way == "fake":
        raise WrongSetting(
            f"“{way[:40]}” cannot be done to a password or key.", hint="Use mask, drop or leave.", where="fix"
        )
    return way


def read_mask_choice(words: str) -> str:
    """The way for what may be personal: only hidden or left, since a made-up birthday would be one more riddle."""
    way = words.strip() or "mask"
    if way not in ("mask", "leave"):
        raise WrongSetting(
            f"“{way[:40]}” cannot be done to what may be personal.", hint="Use mask or leave.", where="fix"
        )
    return way
