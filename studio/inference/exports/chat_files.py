"""The files by which any program reads and stops as the version was taught: tokenizer, chat template, settings.

How the template is called here (thinking switched off, instructions in front, a system turn that joins the first
question) is written into the template itself, so that nobody has to know it.
"""

import json
import re
from pathlib import Path

from studio.models.chat_template import TEMPLATE_FILE, ChatTemplate
from studio.storage.files import write_bytes, write_json

GENERATION_MARKS = re.compile(r"\{%(-?\s*(?:end)?generation\s*-?)%\}")  # a tag for training that few programs know
FOLDED = """{%- if messages and messages[0]['role'] == 'system' -%}
{%- if messages|length > 1 and messages[1]['role'] == 'user' -%}
{%- set messages = [{'role': 'user', 'content': messages[0]['content'] + '\\n\\n' + messages[1]['content']}] \
+ messages[2:] -%}
{%- else -%}
{%- set messages = [{'role': 'user', 'content': messages[0]['content']}] + messages[1:] -%}
{%- endif -%}
{%- endif -%}
"""
LOCAL = ("name_or_path", "_name_or_path", "tokenizer_file", "cache_dir")


def portable_template(layout: ChatTemplate) -> str:
    """The chat template with all that the studio passes to it or does before it."""
    opening = "".join(f"{{%- set {name} = {json.dumps(value)} -%}}\n" for name, value in layout.template_kwargs.items())
    if layout.instructions:
        rule = json.dumps(layout.instructions, ensure_ascii=False)
        opening += (
            "{%- if not messages or messages[0]['role'] != 'system' -%}\n"
            f"{{%- set messages = [{{'role': 'system', 'content': {rule}}}] + messages -%}}\n{{%- endif -%}}\n"
        )
    opening += FOLDED if layout.folds else ""
    return opening + GENERATION_MARKS.sub(r"{#\1#}", layout.template)


def save_chat_files(layout: ChatTemplate, folder: Path, room: int) -> None:
    """Tokenizer, chat template (in its own file and in the tokenizer's, alike) and how to generate."""
    from transformers import GenerationConfig

    template, tokenizer = portable_template(layout), layout.tokenizer
    tokenizer.chat_template = template
    tokenizer.clean_up_tokenization_spaces = False
    tokenizer.save_pretrained(str(folder))
    write_bytes(folder / TEMPLATE_FILE, template.encode())
    path = folder / "tokenizer_config.json"
    described = json.loads(path.read_text(encoding="utf-8")) | {"chat_template": template}
    write_json(path, {name: value for name, value in described.items() if name not in LOCAL})
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else next(iter(layout.stop_ids), None)
    GenerationConfig(
        do_sample=False, max_new_tokens=room, eos_token_id=list(layout.stop_ids) or None, pad_token_id=pad,
        bos_token_id=tokenizer.bos_token_id, stop_strings=list(layout.stop_strings) or None,
    ).save_pretrained(str(folder))  # fmt: skip
