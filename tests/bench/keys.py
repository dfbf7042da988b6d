#!/usr/bin/env python3
"""Whether results that were made by hand have only what bench_amdahl writes: what a sample invents, no user ever sees.

keys.py REAL.json FILE...   names the keys of the files that the results of a run do not have; 1 if there are any
"""

import json
import sys

FREE = (".environment", ".arguments.sizes", ".cases[].arguments")  # named by the user, the machine or the case


def keys(value, at=""):
    """The paths of all keys; below one that ends in "*", what there is is not known."""
    if value is None:
        return {at + "*"}
    if isinstance(value, list):
        return set().union(*(keys(item, at + "[]") for item in value)) if value else {at + "*"}
    if not isinstance(value, dict) or at in FREE:
        return set()
    return set().union(*({f"{at}.{key}"} | keys(item, f"{at}.{key}") for key, item in value.items()))


def invented(real, sample):
    known = keys(real)
    unknown = tuple(key[:-1] for key in known if key.endswith("*"))
    return sorted(key for key in keys(sample) if not key.endswith("*") and key not in known and not key.startswith(unknown))


if __name__ == "__main__":
    real, *samples = ([json.load(open(path, encoding="utf-8")) for path in sys.argv[1:]])
    found = [f"{path}: {key}" for path, sample in zip(sys.argv[2:], samples) for key in invented(real, sample)]
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(bool(found))
