"""What the words on the page mean: a list that opens over any tab, so that nobody has to leave what she is at."""

from studio.copy.catalog import Phrases, say
from studio.web.html import safe

WORDS = "words.of"


def words_list() -> str:
    """A closed list of every word with its technical one and a sentence; the page's script closes it again."""
    rows = "".join(
        f"<div><dt>{safe(say(f'{WORDS}.{name}.word'))} <span>({safe(say(f'{WORDS}.{name}.technical'))})</span></dt>"
        f"<dd>{safe(say(f'{WORDS}.{name}.means'))}</dd></div>"
        for name in dict.fromkeys(key.partition(".")[0] for key in Phrases(WORDS))
    )
    title = safe(say("words.title"))
    return (
        f'<details class="words"><summary>{title}</summary>'
        f'<dl class="words-list" tabindex="0" role="group" aria-label="{title}">{rows}</dl></details>'
    )
