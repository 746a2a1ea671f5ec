"""A program that stands in for llama.cpp's server: the same requests, answered by transformers out of the same GGUF.

Built into a checkout's `build/bin`. Its tokenizer is that of the folder which was converted.
"""

import sys
import textwrap
from pathlib import Path

PROGRAM = textwrap.dedent("""
    import argparse, json, os
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from pathlib import Path
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    parser = argparse.ArgumentParser()
    for name in ("-m", "--host", "-c", "-np", "--device"):
        parser.add_argument(name)
    parser.add_argument("--port", type=int)
    parser.add_argument("--jinja", action="store_true")
    told = parser.parse_args()
    path = Path(told.m)
    tokenizer = AutoTokenizer.from_pretrained(path.parent / ".whole")
    model = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32,
                                                 quantization_config=GgufConfig(dequantize=True)).eval()

    def template(body):
        text = tokenizer.apply_chat_template(body["messages"], add_generation_prompt=True, tokenize=False)
        return {"prompt": text + FURTHER}

    def tokenize(body):
        return {"tokens": tokenizer(body["content"], add_special_tokens=False)["input_ids"]}

    def complete(body):
        ids, new, told = list(body["prompt"]), [], []
        for _ in range(body["n_predict"]):
            with torch.no_grad():
                scores = model(input_ids=torch.tensor([ids + new])).logits[0, -1].clone()
            raw = scores.log_softmax(-1)
            for token, more in body.get("logit_bias", []):
                scores[token] += more
            new.append(int(scores.argmax()))
            told.append({"id": new[-1], "logprob": float(raw[new[-1]])})
            if new[-1] == tokenizer.eos_token_id:
                break
        text = tokenizer.decode(new, skip_special_tokens=True)
        return {"tokens": new, "content": text, "completion_probabilities": told}

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            self.say({"build_info": "b1-stand-in"})

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.headers["Authorization"] != "Bearer " + os.environ["LLAMA_API_KEY"]:
                return self.say({}, 401)
            whose = {"/apply-template": template, "/tokenize": tokenize, "/completion": complete}
            self.say(whose[self.path](body))

        def say(self, body, status=200):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_):
            pass

    HTTPServer((told.host, told.port), Answers).serve_forever()
""")


def build(checkout: Path, further: str = "") -> Path:
    """Put it where a built llama-server lies. `further`: what its template writes beyond the model's own."""
    program = checkout / "build" / "bin" / "llama-server"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f"#!{sys.executable} -I\nFURTHER = {further!r}\n{PROGRAM}", encoding="utf-8")
    program.chmod(0o755)
    return program
