"""The studio's own plain chat template, for models that come without one."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class TemplateMarks:
    """What stands around questions and answers. `lead` begins an answer; it belongs to what is learned."""

    question: str
    answer: str
    gap: str
    lead: str
    end: str
    stop: str

    @property
    def letters(self) -> str:
        """All that a tokenizer must be able to write."""
        return self.question + self.answer + self.gap + self.lead + self.end

    def template(self, *, start: str, end: str, by_token: bool) -> str:
        """The chat template in Jinja, with generation marks. Ended by a text, an answer already opens the next turn."""
        again = self.gap + self.question if by_token else self.question[len(self.question.rstrip()) :]
        marks_by_role = {
            "START": start,
            "QUESTION": self.question,
            "AGAIN": again,
            "GAP": self.gap,
            "ANSWER": self.answer,
            "LEAD": self.lead,
            "END": end,
        }
        text = TEMPLATE.replace("\n", "")
        for name, value in marks_by_role.items():
            text = text.replace(name, json.dumps(value, ensure_ascii=False))
        return text


TEMPLATE = """
{{- START -}}
{%- for message in messages -%}
{%- if message['role'] == 'system' -%}{{- message['content'] + GAP -}}
{%- elif message['role'] == 'user' -%}
{%- if not loop.first and messages[loop.index0 - 1]['role'] == 'assistant' -%}{{- AGAIN -}}
{%- else -%}{{- QUESTION -}}{%- endif -%}
{{- message['content'] + GAP -}}
{%- else -%}
{{- ANSWER -}}{%- generation -%}{{- LEAD + message['content'] + END -}}{%- endgeneration -%}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- ANSWER -}}{%- endif -%}
"""

WORDS = TemplateMarks("### Question\n", "### Answer\n", "\n\n", "", "\n\n### Question", "\n### Question")
LETTERS = TemplateMarks("Q: ", "A:", "\n", " ", "\n\nQ:", "\nQ:")
SMALL_LETTERS = TemplateMarks("q: ", "a:", "\n", " ", "\n\nq:", "\nq:")
LINES = TemplateMarks("", "", "\n", "", "\n\n", "\n\n")
PLAINEST = TemplateMarks("", "", " ", "", "  ", "  ")


def best_marks(tokens: Callable[[Sequence[str]], list[list[int]]]) -> tuple[TemplateMarks, ...]:
    """The marks to try, best first: short ones where whole words cost many tokens."""
    costs = len(tokens([WORDS.question + WORDS.answer])[0])
    words_first = costs <= 14
    return (WORDS, LETTERS, SMALL_LETTERS, LINES) if words_first else (LETTERS, SMALL_LETTERS, LINES)
