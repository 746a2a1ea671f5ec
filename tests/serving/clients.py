"""Eight applications at once, as the official client lets them ask: whole, as streams, with stops, and some that leave.

python -m tests.serving.clients ADDRESS KEY MODEL [MODEL…] [--seconds 300]
"""

import argparse
import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence

import openai

CLIENTS = 8
QUESTIONS = ("Hello", "Where is my order, please?", "What does the lamp cost, and when does it come?", "And then?")


async def one_client(client: openai.AsyncOpenAI, models: Sequence[str], number: int, end: float) -> Counter[str]:
    """Ask until the time is over; how often each way of asking was used. Any error ends it."""
    draw, done = random.Random(number), Counter[str]()
    while time.monotonic() < end:
        way = draw.choice(("whole", "stream", "stop", "several", "leave"))
        asked = {
            "model": draw.choice(models), "messages": [{"role": "user", "content": draw.choice(QUESTIONS)}],
            "max_tokens": draw.randint(4, 40), "seed": number,
        }  # fmt: skip
        if way in ("whole", "stop", "several"):
            more = {"whole": {}, "stop": {"stop": ["a", "the"]}, "several": {"n": 3, "temperature": 0.8}}[way]
            answer = await client.chat.completions.create(**asked, **more)
            assert answer.usage and all(choice.finish_reason for choice in answer.choices)
        else:
            stream = await client.chat.completions.create(**asked, stream=True)
            last = None
            async for chunk in stream:
                last = chunk
                if way == "leave" and draw.random() < 0.3:
                    break
            await stream.close()
            assert way == "leave" or (last and last.choices[0].finish_reason)
        done[way] += 1
    return done


async def eight_clients(address: str, key: str, models: Sequence[str], seconds: float) -> Counter[str]:
    """All at once; the sum of what they did."""
    end = time.monotonic() + seconds
    async with openai.AsyncOpenAI(base_url=address, api_key=key, max_retries=0) as client:
        done = await asyncio.gather(*(one_client(client, models, number, end) for number in range(CLIENTS)))
    return sum(done, Counter[str]())


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("address")
    options.add_argument("key")
    options.add_argument("models", nargs="+")
    options.add_argument("--seconds", type=float, default=300)
    given = options.parse_args()
    total = asyncio.run(eight_clients(given.address, given.key, given.models, given.seconds))
    print(f"{total.total()} requests in {given.seconds:.0f} s, no error: {dict(total)}")
