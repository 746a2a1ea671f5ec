"""A child that reports as the server does, and loads nothing: what a start costs is not what these tests are about."""

import json
import sys

FAILS, HANGS = 7999, 7998  # ports

if __name__ == "__main__":
    order = json.loads(sys.stdin.readline())
    if order["port"] == FAILS:
        print(json.dumps({"error": {"message": "The port is taken.", "hint": "Use another."}}), flush=True)
        sys.exit(1)
    if order["port"] != HANGS:
        print(json.dumps({"ready": {"address": f"http://127.0.0.1:{order['port']}/v1"}}), flush=True)
        print("what a library says", flush=True)
        print(json.dumps({"pace": 81.0}), flush=True)
    sys.stdin.read()
