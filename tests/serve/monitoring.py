# SPDX-License-Identifier: Apache-2.0
"""What stands in examples/monitoring, shown to Prometheus: the metrics, the alert rules, the queries of the dashboard."""
import json
import os
import re
import shutil
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from sidecar import PATIENCE_S, ROOT, plain_environment, running, wait_until

MONITORING = os.path.join(ROOT, "examples/monitoring")
ALERTS = os.path.join(MONITORING, "leakwatch-alerts.yml")


def promtool(*arguments, text=None):
    done = subprocess.run(["promtool", *arguments], input=text, capture_output=True, text=True, timeout=PATIENCE_S,
                          check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def promtool_finds_nothing_wrong_in_the_metrics(sidecar, _):
    said = promtool("check", "metrics", text=sidecar.text("/metrics"))
    if said:
        yield said


def series_are_bounded(sidecar, _):
    lines = [line for line in sidecar.text("/metrics").splitlines() if not line.startswith("#")]
    if len(set(lines)) != len(lines) or len(lines) > 160:
        yield f"{len(lines)} series of one process, {len(set(lines))} of them different"
    places = [line for line in lines if line.startswith("leakwatch_site_live_bytes{")]
    if not 1 <= len(places) <= 20:
        yield f"{len(places)} places"


def names_exposed(sidecar):
    return set(re.findall(r"^# TYPE (\w+) ", sidecar.text("/metrics"), re.MULTILINE)) | {"up"}


def queries_of_the_dashboard():
    with open(os.path.join(MONITORING, "leakwatch-dashboard.json"), encoding="utf-8") as file:
        board = json.load(file)
    for panel in board["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["name"], re.fullmatch(r"label_values\((.*), \w+\)", variable["definition"]).group(1)


def the_dashboard_asks_for_what_there_is(sidecar, place):
    exposed, rules = names_exposed(sidecar), []
    for title, query in queries_of_the_dashboard():
        missing = set(re.findall(r"\b(?:leakwatch|process)_\w+", query)) - exposed
        if missing or "leakwatch_" not in query:
            yield f"panel {title}: {missing or query}"
        rules.append({"record": f"query:{len(rules)}", "expr": query.replace("$__rate_interval", "1m")})
    # Each query, as the expression of a rule, is one that Prometheus can read.
    path = os.path.join(place, "queries.yml")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"groups": [{"name": "queries", "rules": rules}]}, file)
    said = promtool("check", "rules", path)
    if said or len(rules) < 12:
        yield said or f"only {len(rules)} queries"


def the_alerts_ask_for_what_there_is(sidecar, _):
    with open(ALERTS, encoding="utf-8") as file:
        missing = set(re.findall(r"\bleakwatch_\w+", file.read())) - names_exposed(sidecar)
    if missing:
        yield f"no such metrics: {missing}"


def the_alerts_go_off_when_they_should():
    for said in (promtool("check", "rules", ALERTS),
                 promtool("test", "rules", os.path.join(ROOT, "tests/serve/alerts_test.yml"))):
        if said:
            yield said


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def prometheus_scrapes_and_answers(sidecar, place):
    """With the configuration from examples/monitoring; other ports and a shorter interval."""
    with open(os.path.join(MONITORING, "prometheus.yml"), encoding="utf-8") as file:
        configuration = file.read()
    configuration = configuration.replace("127.0.0.1:6060", sidecar.url[len("http://"):]).replace("30s", "1s")
    configuration = configuration.replace("1s\n", "1s\n    scrape_timeout: 1s\n", 1)
    with open(os.path.join(place, "prometheus.yml"), "w", encoding="utf-8") as file:
        file.write("global: {evaluation_interval: 1s}\n" + configuration)
    shutil.copy(ALERTS, place)
    port = free_port()
    command = ["prometheus", f"--config.file={place}/prometheus.yml", f"--storage.tsdb.path={place}/prometheus",
               f"--web.listen-address=127.0.0.1:{port}"]

    def api(path, **arguments):
        url = f"http://127.0.0.1:{port}/api/v1/{path}?{urllib.parse.urlencode(arguments)}"
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
                return json.load(answer)["data"]
        except urllib.error.URLError:
            return None

    def value(query):
        data = api("query", query=query)
        return float(data["result"][0]["value"][1]) if data and data["result"] else None

    with open(os.path.join(place, "prometheus.log"), "w", encoding="utf-8") as log, \
            running(command, env=plain_environment(place), cwd=place, stdout=log, stderr=log):
        wait_until(lambda: value('up{job="leakwatch"}') == 1, "Prometheus has scraped")
        if not value("leakwatch_live_bytes") or value("leakwatch_target_up") != 1:
            yield "Prometheus does not know what is alive"
        wait_until(lambda: (value("rate(leakwatch_allocation_calls[10s])") or 0) > 100, "Prometheus sees the calls")
        growing = api("query", query='topk(1, leakwatch_site_growth_bytes_per_second)')["result"]
        if not growing or not growing[0]["metric"]["function"].startswith("SessionRegistry::remember"):
            yield f"grows fastest: {growing}"
        rules = [rule for group in api("rules")["groups"] for rule in group["rules"]]
        wait_until(lambda: all(r["health"] == "ok" for g in api("rules")["groups"] for r in g["rules"]),
                   "the rules are evaluated")
        if len(rules) < 5:
            yield f"{len(rules)} rules"


ON_ONE_SERVICE = (promtool_finds_nothing_wrong_in_the_metrics, series_are_bounded, the_dashboard_asks_for_what_there_is,
                  the_alerts_ask_for_what_there_is, prometheus_scrapes_and_answers)
BY_THEMSELVES = {"the_alerts_go_off_when_they_should": the_alerts_go_off_when_they_should}
