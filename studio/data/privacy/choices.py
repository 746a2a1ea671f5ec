"""What is to happen to each kind of private detail, read from one line: `mask`, or `email=fake,phone=leave`."""

from collections.abc import Mapping

from studio.copy.catalog import say
from studio.errors import WrongSetting

WAYS = ("mask", "fake", "drop", "leave")
KINDS = ("email", "phone", "card", "iban", "national_id", "ip", "url", "name")


LEAVE_OURS = "ours=leave"  # what is likely the organisation's own stays as it is until a person was asked


def leaves_ours(words: str) -> bool:
    """Whether the line says so."""
    return LEAVE_OURS in (part.strip() for part in words.split(","))


def read_choice(words: str) -> dict[str, str]:
    """The way for each kind. A word alone holds for the kinds that are not named; without one they are masked."""
    chosen: dict[str, str] = {}
    others = "mask"
    for word in filter(None, (part.strip() for part in words.split(","))):
        if word == LEAVE_OURS:
            continue
        kind, equals, way = (part.strip() for part in word.partition("="))
        if not equals:
            kind, way = "", kind
        if kind and kind not in KINDS:
            raise WrongSetting(
                say("choices.no_kind_private_detail", kind=kind[:40]),
                hint=say("choices.use_one") + ", ".join(KINDS) + ".",
                where="fix",
            )
        if way not in WAYS:
            raise WrongSetting(
                say("choices.cannot_be_done_private", way=way[:40]),
                hint=say("choices.use") + ", ".join(WAYS) + ".",
                where="fix",
            )
        if kind in chosen:
            raise WrongSetting(
                say("choices.was_chosen_twice", kind=kind), hint=say("choices.name_each_kind_once"), where="fix"
            )
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
            say("choices.cannot_be_done_password", way=way[:40]), hint=say("choices.use_mask_drop_or"), where="fix"
        )
    return way


POSSIBLE_WAYS = {"name": ("mask", "fake", "leave"), "birthdate": ("mask", "leave"), "address": ("mask", "leave")}


def read_possible_choice(words: str) -> dict[str, str]:
    """The way for each kind of what may be personal: hidden or left, since a made-up birthday would be one more riddle;
    names may be made up, too. A word alone holds for the kinds that are not named."""
    chosen: dict[str, str] = {}
    for word in filter(None, (part.strip() for part in words.split(","))):
        kind, equals, way = (part.strip() for part in word.partition("="))
        if word == LEAVE_OURS:
            continue
        named = (kind,) if equals else tuple(POSSIBLE_WAYS)
        way = way if equals else kind
        if any(way not in POSSIBLE_WAYS.get(one, ()) for one in named):
            raise WrongSetting(
                say("choices.cannot_be_done_what", way=word[:40]), hint=say("choices.use_mask_or_leave"), where="fix"
            )
        chosen |= {one: way for one in named if equals or one not in chosen}
    return {kind: chosen.get(kind, "mask") for kind in POSSIBLE_WAYS}
