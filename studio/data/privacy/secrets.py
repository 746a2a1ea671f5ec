"""Keys and passwords that name themselves, by their prefix or by the word before: never by looking random."""

import re

from studio.data.text.late_pattern import late

SECRET = late(
    r"(?<![A-Za-z0-9])(?:"
    r"(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}"
    r"|gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255}|glpat-[A-Za-z0-9_-]{20,64}"
    r"|sk-(?:proj-|ant-|live-)?[A-Za-z0-9_-]{20,200}|(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,200}"
    r"|xox[abposr]-[A-Za-z0-9-]{10,250}|hf_[A-Za-z0-9]{30,60}|AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,300}"
    r"|SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,300}|dop_v1_[a-f0-9]{64}"
    r"|eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000}"
    r")(?![A-Za-z0-9])"
    r"|-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP |ENCRYPTED )?"
    r"PRIVATE KEY(?: BLOCK)?-----[^-]{0,10000}(?:-----END [A-Z ]{0,40}-----)?"
)
NAMED = late(
    r"\b(?:api[ _-]?key|secret[ _-]?key|access[ _-]?(?:key|token)|auth[ _-]?token|client[ _-]?secret|bearer"
    r"|password|passwort|passwd|pwd"
    r"|kennwort|contraseña|mot de passe)\b[\"']?\s{0,3}(?:is|ist|lautet|[:=])\s{0,3}[\"'`“]?([^\s\"'`“”,;<>]{6,128})",
    re.IGNORECASE,
)
HINTS = (
    "AKIA", "ASIA", "AGPA", "AIDA", "AROA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat", "sk-",
    "k_live", "k_test", "xox", "hf_", "AIza", "ya29", "SG.", "npm_", "pypi-", "dop_v1", "eyJ", "-----BEGIN",
)  # fmt: skip
NAMED_HINTS = ("key", "token", "secret", "bearer", "pass", "pwd", "kennwort", "contrase")


def find_secrets(text: str) -> list[tuple[int, int]]:
    """The places of keys and passwords, without overlaps."""
    found: list[tuple[int, int]] = []
    for hint in HINTS:  # a loop: `any` with a generator takes three times as long, and every row comes by here
        if hint in text:
            found += [match.span() for match in SECRET.finditer(text)]
            break
    lower = text.lower()
    for hint in NAMED_HINTS:
        if hint in lower:
            break
    else:
        return found
    for match in NAMED.finditer(text):
        start, value = match.start(1), match.group(1).rstrip(".!?)")
        end = start + len(value)
        if is_random(value) and not any(start < other and begin < end for begin, other in found):
            found.append((start, end))
    return sorted(found)


def is_random(value: str) -> bool:
    """Letters with digits or signs: “required” and “reset” are no passwords."""
    return (
        any(map(str.isdigit, value))
        and any(map(str.isalpha, value))
        and "://" not in value
        and not value.startswith(("{{", "[", "<"))
    )
