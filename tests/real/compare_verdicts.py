# SPDX-License-Identifier: Apache-2.0
"""compare_verdicts.py REPORT.json EXPECTATIONS: does a report say what examples/expectations.txt asks for?

EXPECTATIONS is the part of a line behind its colon. `via FUNCTION|…` is met where one of them stands anywhere in the
stack: of an interpreter or a libc that may have no symbols the blamed frame has no certain name. A sentence for each that is not met; exit status 1 if any."""

import json
import sys


def parse_expectations(text):
    return [tuple(item.strip().rsplit(None, 1)) for item in text.split(",") if item.strip()]


def describe(finding):
    site = finding["site"]
    return f"{finding['verdict']} {site['function']} ({site['file']}:{site['line']}): {finding['evidence']}"


def blames(finding, function):
    if function.startswith("via "):
        return any(frame["function"] in function[4:].split("|") for frame in finding["stack"])
    return function in finding["site"]["function"]


def disagreements(findings, expectations):
    allowed = [(function, verdict.rstrip("?")) for function, verdict in expectations if verdict != "quiet"]
    wanted = [(function, verdict) for function, verdict in allowed if (function, verdict) in expectations]
    for function, verdict in wanted:
        if not any(blames(finding, function) and finding["verdict"] == verdict for finding in findings):
            yield f"no finding says that {function} is {verdict}"
    for finding in findings:
        if not any(blames(finding, function) and finding["verdict"] == verdict for function, verdict in allowed):
            yield "false alarm: " + describe(finding)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        report = json.load(file)
    findings = [finding for process in report["processes"] for finding in process["findings"]]
    problems = list(disagreements(findings, parse_expectations(sys.argv[2])))
    if not report["processes"]:
        problems.append("the report knows of no process")
    if problems:
        problems += ["the findings were:", *(describe(finding) for finding in findings)]
    print("\n".join(problems))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
