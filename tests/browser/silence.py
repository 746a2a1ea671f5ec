"""How long a page says nothing after a press: from the press to the last thing that it brings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# A word is: ours in or above what was pressed, the bar of what goes on, how far an upload is, and every new text that
# can be seen. What is pressed next begins the account anew.
WATCH = """
(() => {
  const account = window.silence = { awaited: false, at: 0, words: [], asked: 0 };
  const SAYING = ".working, .working-line, .connection-line, .live-job .live-text, .uploading, .empty[data-drawing]";
  const seen = (e) => {
    if (!e?.isConnected) return false;
    const { width, height, bottom, top } = e.getBoundingClientRect();
    return width > 2 && height > 2 && bottom > 0 && top < innerHeight && getComputedStyle(e).visibility !== "hidden";
  };
  const says = (e) => seen(e) && (e.textContent.trim() || e.dataset.drawing);
  const saying = () => [...document.querySelectorAll(SAYING)].some(says);
  const note = (says) => { account.words.push({ at: performance.now() - account.at, says, until: saying() }); };
  const begin = (event) => {
    if (!event.isTrusted || !account.awaited) return;
    Object.assign(account, { awaited: false, at: event.timeStamp, words: [], asked: 0 });
  };
  window.addEventListener("click", begin, true);
  window.addEventListener("change", begin, true);
  window.addEventListener("studio:asked", () => { account.asked += 1; });
  const text = (one) => one.type === "characterData" ? [one.target] : [...one.addedNodes];
  new MutationObserver((all) => {
    if (!account.at || account.awaited) return;
    const fresh = all.flatMap(text).find((node) =>
      node.textContent?.trim() && seen(node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement));
    const before = account.words.at(-1)?.until || false;
    if (fresh || saying() !== before) note(fresh ? fresh.textContent.trim().slice(0, 40) : "…");
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true,
                         attributeFilter: ["class", "hidden", "style"] });
})();
"""
# What comes from the server comes so much later, as from one that is busy: shorter than what a page may be silent for.
SLOW = """
(() => {
  const network = window.fetch.bind(window), ACT = /\\/(queue\\/join|upload)$/;
  window.fetch = async (...request) => {
    const answer = await network(...request);
    if (ACT.test(new URL(request[0].url || request[0], document.baseURI).pathname))
      await new Promise((done) => setTimeout(done, 250));
    return answer;
  };
})();
"""


@dataclass(frozen=True)
class Silence:
    """What followed from a press, in milliseconds."""

    first: float | None  # until the first word; None when none came
    longest: float  # without a word
    asked: int  # requests


def press(page: Any, act: Callable[[], object], settle: Callable[[], object]) -> Silence:
    """Do it, wait until it has settled, and read the account."""
    page.evaluate("Object.assign(silence, { awaited: true, words: [] })")
    act()
    settle()
    told = page.evaluate("({ words: silence.words, asked: silence.asked })")
    longest, since, covered = 0.0, 0.0, False
    for word in told["words"]:
        if not covered:
            longest = max(longest, word["at"] - since)
        since, covered = word["at"], word["until"]
    return Silence(told["words"][0]["at"] if told["words"] else None, longest, told["asked"])
