#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is FILE what speedscope reads? Checks it against the rules of its file format (jlfwong/speedscope,
src/lib/file-format-spec.ts) for profiles of the sampled kind. Prints what is wrong; exit status 1 if anything is."""
import json
import math
import sys

UNITS = {"none", "nanoseconds", "microseconds", "milliseconds", "seconds", "bytes"}


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def wrong_with_frames(frames):
    for number, frame in enumerate(frames):
        if not isinstance(frame.get("name"), str) or not frame["name"]:
            yield f"frame {number} has no name"
        if "file" in frame and not isinstance(frame["file"], str):
            yield f"frame {number}: file is no text"
        if "line" in frame and not isinstance(frame["line"], int):
            yield f"frame {number}: line is no whole number"
        if set(frame) - {"name", "file", "line", "col"}:
            yield f"frame {number} has unknown keys"


def wrong_with_profile(profile, frame_count):
    name = profile.get("name")
    if profile.get("type") != "sampled":
        yield f"{name}: is not a sampled profile"
    if profile.get("unit") not in UNITS:
        yield f"{name}: unit is none of {sorted(UNITS)}"
    if not is_number(profile.get("startValue")) or not is_number(profile.get("endValue")):
        yield f"{name}: startValue or endValue is no number"
    samples, weights = profile.get("samples", []), profile.get("weights", [])
    if len(samples) != len(weights):
        yield f"{name}: {len(samples)} samples and {len(weights)} weights"
    if any(not is_number(weight) or weight < 0 for weight in weights):
        yield f"{name}: a weight is no number, or below zero"
    if any(not isinstance(frame, int) or not 0 <= frame < frame_count for sample in samples for frame in sample):
        yield f"{name}: a sample names a frame that is not there"
    if abs(sum(weights) - profile.get("endValue", 0) + profile.get("startValue", 0)) > 1e-6 * max(1, sum(weights)):
        yield f"{name}: the weights do not add up to its length"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = json.load(file)
    wrong = []
    if document.get("$schema") != "https://www.speedscope.app/file-format-schema.json":
        wrong.append("$schema is not speedscope's")
    frames = document.get("shared", {}).get("frames", [])
    profiles = document.get("profiles", [])
    wrong += wrong_with_frames(frames)
    for profile in profiles:
        wrong += wrong_with_profile(profile, len(frames))
    if not profiles or not 0 <= document.get("activeProfileIndex", 0) < len(profiles):
        wrong.append("there is no active profile")
    print("\n".join(wrong) if wrong else f"{len(profiles)} profiles, {len(frames)} frames")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
