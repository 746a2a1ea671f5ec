"""A made-up language for tests: every word is changed and can still be read, every fact stays as it is.

A text on the page without these marks did not come from a template.
"""

import string

PSEUDO = "pseudo"
ACCENTED = str.maketrans("ACEGHINOSUYZaceghinosuyz", "ÀÇÉĜĤÎÑÔŜÛÝŽàçéĝĥîñôŝûýž")
FIRST, LAST = "[!! ", " !!]"


def pseudo(template: str) -> str:
    """The template with accents on its letters, between two marks."""
    parts = []
    for text, field, spec, conversion in string.Formatter().parse(template):
        parts.append(text.translate(ACCENTED).replace("{", "{{").replace("}", "}}"))
        if field is not None:
            words = spec.translate(ACCENTED) if spec and spec[0] in "#?" else spec
            parts.append(f"{{{field}{f'!{conversion}' if conversion else ''}{f':{words}' if words else ''}}}")
    return f"{FIRST}{''.join(parts)}{LAST}"
