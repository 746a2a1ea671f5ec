"""llama.cpp joins first what the model's own tokenizer joins first, and ends where the model was taught to."""

import textwrap
from pathlib import Path

import gguf
from tokenizers import AddedToken, Tokenizer
from tokenizers.decoders import ByteFallback, Fuse, Replace, Sequence
from tokenizers.models import BPE
from tokenizers.normalizers import Prepend
from tokenizers.normalizers import Replace as Replaced
from tokenizers.normalizers import Sequence as Normalized
from transformers import PreTrainedTokenizerFast

from studio.inference.exports.gguf.conversion import run

# as the converter does for a tokenizer of this kind that stands in `tokenizer.json` alone
OF_LLAMA = textwrap.dedent("""
    import sys
    from pathlib import Path
    import gguf

    def main():
        vocabulary = list(gguf.LlamaHfVocab(Path(sys.argv[1])).all_tokens())
        writer = gguf.GGUFWriter(sys.argv[3], "llama")
        writer.add_token_list([text for text, _, _ in vocabulary])
        writer.add_token_scores([score for _, score, _ in vocabulary])
        gguf.SpecialVocab(Path(sys.argv[1])).add_to_gguf(writer)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.close()
""")


def test_pieces_are_joined_and_answers_end_as_the_model_was_taught(tmp_path: Path) -> None:
    folder, converter = tmp_path / "model", tmp_path / "converter"
    converter.mkdir()
    (converter / "convert_hf_to_gguf.py").write_text(OF_LLAMA)
    pieces = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), "▁", "o", "t", "r", "oo", "ot", "▁r"]
    merges = [("o", "t"), ("▁", "r"), ("o", "o")]
    tokenizer = Tokenizer(BPE({piece: place for place, piece in enumerate(pieces)}, merges, byte_fallback=True,
                              unk_token="<unk>", fuse_unk=True))  # fmt: skip
    tokenizer.normalizer = Normalized([Prepend("▁"), Replaced(" ", "▁")])
    tokenizer.decoder = Sequence([Replace("▁", " "), ByteFallback(), Fuse()])
    tokenizer.add_special_tokens([AddedToken(mark, special=True) for mark in pieces[:3]])
    assert tokenizer.encode("root").tokens == ["▁r", "o", "ot"], "not “oo” first, though it stands further left"
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", bos_token="<s>", eos_token="</s>")
    fast.save_pretrained(folder)
    (folder / "generation_config.json").write_text('{"eos_token_id": [1, 2]}')
    out = tmp_path / "vocabulary.gguf"
    run(converter, [str(folder), "--outfile", str(out)], 0, lambda: False)
    told = gguf.GGUFReader(out).fields
    names, scores = told["tokenizer.ggml.tokens"].contents(), told["tokenizer.ggml.scores"].contents()
    by_name = dict(zip(names, scores, strict=True))
    assert by_name["ot"] > by_name["▁r"] > by_name["oo"] > by_name["o"]
    ends = [told[f"tokenizer.ggml.{name}_token_id"].contents() for name in ("eos", "eot")]
    assert ends == [2, 1], "llama.cpp ends an answer at each of them"
