"""Notes saved by Anki as text: lines that begin with # say how the others are to be read."""

import re

SAYS = re.compile(
    r"#(separator|html|tags|tags column|columns|notetype|notetype column|deck|deck column|guid column):(.*)"
)
SIGNS = {"tab": "tab", "comma": ",", "semicolon": ";", "pipe": "|", "space": " ", "colon": ":"}
MOST = 12  # such lines


def is_anki(text: str) -> bool:
    """Whether the first line says which sign parts the cells, in Anki's words."""
    found = SAYS.fullmatch(text[:200].removeprefix("\ufeff").split("\n", 1)[0].rstrip("\r"))
    return found is not None and found[1] == "separator"


def as_separated_text(text: str) -> tuple[str, bool]:
    """The same lines with Anki's own emptied, and whether they name the columns. No line goes, so numbers stay."""
    lines = text.removeprefix("\ufeff").split("\n")
    sign, named = "tab", False
    for place, line in enumerate(lines[:MOST]):
        said = SAYS.fullmatch(line.rstrip("\r"))
        if said is None:
            break
        if said[1] == "separator":
            sign = SIGNS.get(said[2].strip().lower(), said[2] or "tab")
        named = named or said[1] == "columns"
        lines[place] = said[2] if said[1] == "columns" else ""
    lines[0] = f"sep={sign}"
    return "\n".join(lines), named
