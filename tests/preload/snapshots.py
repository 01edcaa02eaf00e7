# SPDX-License-Identifier: Apache-2.0
"""Snapshots as the preload tests judge them: read by tests/checks/read_snapshot.py, which shares no code with
leakwatch, so that a mistake which our own encoder and reader share is seen."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "checks"))
import read_snapshot  # noqa: E402

REASONS = ["none", "period", "signal", "exit", "request", "killed", "peek", "exec", "alarm", "sealed"]
INHERITED = 1  # SampleFlag
NOT_COVERED = 4  # ProcessFlag


class Damaged(Exception):
    pass


def load(path):
    complaints = []
    with open(path, "rb") as file:
        snapshot = read_snapshot.read_snapshot(file.read(), complaints.append)
    if complaints:
        raise Damaged("; ".join(complaints[:5]))
    snapshot["reason"] = REASONS[snapshot["header"]["reason"]]
    return snapshot
