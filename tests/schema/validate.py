#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""validate.py SHAPE FILE…: is the JSON in the files as shapes.json says? Names each place that is not; exit status 1."""
import json
import math
import os
import sys

with open(os.path.join(os.path.dirname(__file__), "shapes.json")) as shapes_file:
    SHAPES = json.load(shapes_file)


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


BASIC = {
    "number": is_number,
    "amount": lambda v: is_number(v) and v >= 0,
    "share": lambda v: is_number(v) and 0 <= v <= 1,
    "count": lambda v: isinstance(v, int) and not isinstance(v, bool) and v >= 0,
    "one": lambda v: v == 1,
    "flag": lambda v: isinstance(v, bool),
    "text": lambda v: isinstance(v, str),
    "name": lambda v: isinstance(v, str) and v != "",
}


def keys_of(shape):
    keys = {}
    for key, value in shape.items():
        if key == "+":
            keys.update(keys_of(SHAPES[value]))
        else:
            keys[key] = value
    return keys


def mistakes(value, shape, where):
    """Yields a sentence for each place where the value is not of the shape."""
    if isinstance(shape, str) and shape in BASIC:
        if not BASIC[shape](value):
            yield f"{where}: {value!r} is no {shape}"
    elif isinstance(shape, str) and isinstance(SHAPES[shape], list):
        if value not in SHAPES[shape]:
            yield f"{where}: {value!r} is no {shape}"
    elif isinstance(shape, str):
        yield from mistakes(value, SHAPES[shape], where)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{where}: no list"
            return
        for number, item in enumerate(value):
            yield from mistakes(item, shape[0], f"{where}[{number}]")
    elif not isinstance(value, dict):
        yield f"{where}: no object"
    elif "*" in shape:
        for key, item in value.items():
            yield from mistakes(item, shape["*"], f"{where}.{key}")
    else:
        for key, wanted in keys_of(shape).items():
            name = key.rstrip("?")
            if name in value:
                yield from mistakes(value[name], wanted, f"{where}.{name}")
            elif not key.endswith("?"):
                yield f"{where}: no \"{name}\""
        if set(value) >= {"estimate", "low", "high"} and not value["low"] <= value["estimate"] <= value["high"]:
            yield f"{where}: {value} is not in order"


def main():
    wrong = 0
    for path in sys.argv[2:]:
        with open(path) as file:
            for sentence in mistakes(json.load(file), sys.argv[1], os.path.basename(path)):
                print(sentence)
                wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
