"""Build the starter model from nothing: write the corpus, train the tokenizer, train the model, write the folder.

    python assets/starter_build/build.py --work ~/.cache/tailor-starter all --minutes 75

Every step leaves its result in the work folder and is skipped when that is there; training continues where it stopped.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict
from pathlib import Path

import torch
from corpus import documents
from export import write_folder
from model import VOCABULARY_SIZE, model_config, new_model
from tokenizers import Tokenizer
from tokens import BEGIN, END, PAD, train_tokenizer, write_shard
from train import TrainPlan, train

SEED = "tailor-starter-1"
TOKENIZER_DOCUMENTS = 60_000


def tokenizer_step(work: Path, seed: str) -> Tokenizer:
    path = work / "tokenizer.json"
    if not path.exists():
        began = time.monotonic()
        texts = (text for one in documents(f"{seed}/tokenizer", TOKENIZER_DOCUMENTS) for _, text in one.turns)
        train_tokenizer(texts, VOCABULARY_SIZE).save(str(path))
        print(f"tokenizer: {time.monotonic() - began:.0f} s", flush=True)
    return Tokenizer.from_file(str(path))


def shards_step(work: Path, seed: str, first: int, last: int, documents_per_shard: int) -> None:
    """Shard n depends only on the seed and n, so shards can be written in any order and by several processes."""
    tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
    folder = work / "shards"
    folder.mkdir(exist_ok=True)
    for number in range(first, last):
        path = folder / f"shard-{number:03d}.npz"
        if path.exists():
            continue
        began = time.monotonic()
        count = write_shard(path, tokenizer, documents(f"{seed}/{number}", documents_per_shard))
        print(f"shard {number}: {count} tokens, {time.monotonic() - began:.0f} s", flush=True)


def train_step(work: Path, plan: TrainPlan) -> None:
    tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
    config = model_config(*(tokenizer.token_to_id(token) for token in (BEGIN, END, PAD)))
    model = new_model(config, seed=1)
    run = work / "run"
    run.mkdir(exist_ok=True)
    (run / "plan.json").write_text(json.dumps(asdict(plan), indent=1) + "\n", encoding="utf-8")
    print(json.dumps(train(model, work / "shards", run, plan)), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("tokenizer", "shards", "train", "export", "all"))
    parser.add_argument(
        "--work", type=Path, default=Path.home() / ".cache" / "tailor-starter", help="folder for everything between"
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent / "starter")
    parser.add_argument("--minutes", type=float, default=75.0, help="budget of the training in minutes of wall time")
    parser.add_argument("--shards", type=int, nargs=2, default=(0, 14), metavar=("FIRST", "AFTER"))
    parser.add_argument("--documents", type=int, default=30_000, help="documents in a shard (about 55 tokens each)")
    parser.add_argument("--seed", default=SEED)
    parser.add_argument("--checkpoint", default="latest.pt", help="which state to export: latest.pt or undecayed.pt")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    if args.step in ("tokenizer", "all"):
        tokenizer_step(args.work, args.seed)
    if args.step in ("shards", "all"):
        shards_step(args.work, args.seed, *args.shards, args.documents)
    if args.step in ("train", "all"):
        train_step(args.work, TrainPlan(minutes=args.minutes))
    if args.step in ("export", "all"):
        state = torch.load(args.work / "run" / args.checkpoint, weights_only=False, map_location="cpu")
        write_folder(args.out, Tokenizer.from_file(str(args.work / "tokenizer.json")), state)


if __name__ == "__main__":
    main()
