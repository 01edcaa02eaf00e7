#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The HTML report in a real browser, offline, with clicks and keys. `run.py WORD…` runs the checks whose names contain
one of the words; PAGE_PICTURES=FOLDER keeps screenshots. The last line is `N passed, N failed`.

Needs out/release/{leakwatch,libleakwatch.so,golden/server,perf/many_snapshots}; tests/run.sh builds them.
"""
import json
import os
import re
import sys
import tempfile
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import Browser
from pages import NAME, Pages, run

MOST_BYTES = 2 << 20


def in_one_line(text):
    return " ".join(text.split())


def box_of(browser, name):
    """Selector of the first box of the flame graph with such a name."""
    number = browser.js("return Array.from(document.querySelectorAll('.box')).find(b => b.textContent.includes(arguments[0])).dataset.node", name)
    return f".box[data-node='{number}']"


def column(browser, number):
    return browser.texts(f"table.sites tr.site-row td:nth-child({number})")


def bytes_in(text):
    value, unit = re.match(r"([\d.]+) (B|KiB|MiB|GiB)", text).groups()
    return float(value) * {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}[unit]


# --- checks: their names are sentences -----------------------------------------------------------------------


def the_page_says_what_the_report_says(browser, pages):
    browser.open(pages.leaky())
    said = in_one_line(run("report", pages.data("leaky"), env={**os.environ, "COLUMNS": "400"}).stdout)
    report = json.loads(run("report", "--json", pages.data("leaky")).stdout)["processes"][0]
    cards = browser.texts("#cards article")
    assert len(cards) == len(report["findings"]) > 0, cards
    first_line = browser.text("#hero h1")
    assert in_one_line(first_line)[1:] in said, first_line
    for card, finding in zip(cards, report["findings"]):
        assert finding["evidence"] in in_one_line(card), card
        assert finding["site"]["function"] in card, card
        assert finding["verdict"] in card, card
        growth = re.search(r"growth\s+(\S+ \S+ \(.*?\))", card).group(1)
        assert growth in said, f"{growth} is not in the report:\n{said}"
    assert "RSS" in browser.text("#memory-lead")


def nothing_is_asked_of_the_network_and_nothing_complained_about(browser, pages):
    browser.complaints(), browser.requests()
    browser.open(pages.leaky())
    assert browser.requests() == []
    assert browser.complaints() == []
    with open(pages.leaky(), encoding="utf-8") as file:
        text = file.read()
    assert "default-src 'none'" in text and "Mike Bostock" in text
    assert not re.search(r"(src|href)=[\"']https?:", text)
    assert os.path.getsize(pages.leaky()) < MOST_BYTES


def no_other_script_or_style_may_act_in_the_page(browser, pages):
    browser.open(pages.leaky())
    browser.js("const s = document.createElement('script'); s.textContent = 'window.intruder = 1'; document.body.append(s)")
    assert browser.js("return window.intruder === undefined")
    assert any("Content Security Policy" in message for message in browser.complaints())


def a_name_that_is_a_script_is_only_a_name(browser, pages):
    browser.open(pages.hostile(), fragment="#by=allocated")
    assert browser.js("return window.pwned === undefined")
    assert browser.complaints() == []
    assert NAME in browser.text("#flame")
    browser.click("table.sites tr.site-row")
    assert any("<img src=x" in text for text in browser.texts("table.sites code"))
    assert browser.all("#flame img, #sites img, #cards img") == []


def search_marks_functions_and_says_how_much_they_hold(browser, pages):
    browser.open(pages.leaky())
    browser.press("/")
    browser.press("Cache::put")
    found = browser.texts(".box.hit")
    assert found and all("Cache::put" in name for name in found), found
    assert browser.all(".box.miss")
    assert re.search(r"found: [\d.]+ MiB, [\d.]+ %", browser.text("#found")), browser.text("#found")
    browser.press(browser.keys.ESCAPE)
    assert browser.all(".box.hit, .box.miss") == []


def a_click_zooms_and_keys_lead_out_again(browser, pages):
    browser.open(pages.leaky())
    box, whole = box_of(browser, "Cache::put"), browser.width_of("#flame")
    before = browser.width_of(box)
    assert before < 0.9 * whole
    browser.click(box)
    assert abs(browser.width_of(box) - whole) < 2
    assert "Cache::put" in browser.text("#trail")
    browser.press(browser.keys.ESCAPE)
    assert abs(browser.width_of(box) - before) < 2
    assert browser.text("#trail").startswith("Click into a box")


def arrows_and_enter_walk_through_the_flame_graph(browser, pages):
    browser.open(pages.leaky())
    browser.js("document.getElementById('flame').focus()")
    browser.press(browser.keys.ARROW_DOWN, browser.keys.ARROW_DOWN, browser.keys.ARROW_DOWN)
    assert "Cache::put" in browser.text(".box.selected")
    assert "Cache::put" in browser.text("#details") and "MiB" in browser.text("#details")
    browser.press(browser.keys.ENTER)
    assert abs(browser.width_of(".box.selected") - browser.width_of("#flame")) < 2
    browser.press(browser.keys.BACKSPACE)
    assert "handle_request" in browser.text("#trail b")


def the_scrubber_moves_through_the_snapshots(browser, pages):
    browser.open(pages.leaky())
    box = box_of(browser, "Cache::put")
    at_the_end = browser.width_of(box)
    browser.js("document.getElementById('slider-moment').focus()")
    browser.press(browser.keys.HOME)
    assert browser.width_of(box) < 0.3 * at_the_end
    assert "snapshot 1 of 12" in browser.text("#label-moment")
    browser.js("document.activeElement.blur()")
    browser.press(browser.keys.ARROW_RIGHT, browser.keys.ARROW_RIGHT)
    assert "snapshot 3 of 12" in browser.text("#label-moment")
    browser.click("#live-chart svg")
    assert re.search(r"snapshot [567] of 12", browser.text("#label-moment")), browser.text("#label-moment")
    browser.click("#play")
    browser.until(lambda: "snapshot 12 of 12" in browser.text("#label-moment"), "it plays to the end")


def two_snapshots_are_compared(browser, pages):
    browser.open(pages.leaky())
    browser.press("d")
    assert browser.visible("#slider-a") and browser.visible("#slider-b")
    first = browser.text("#changes tbody tr")
    assert "Cache::put" in first and first.startswith("+") and "beyond doubt" in first, first
    browser.js("const a = document.getElementById('slider-a'); a.value = 10; a.dispatchEvent(new Event('input'))")
    assert any("may be chance" in row for row in browser.texts("#changes tbody tr"))
    browser.js("document.getElementById('slider-b').focus()")
    browser.press(browser.keys.HOME)
    assert browser.text("#changes tbody tr").startswith("-")
    browser.js("const a = document.getElementById('slider-a'); a.value = 0; a.dispatchEvent(new Event('input'))")
    assert "Nothing changed" in browser.text("#changes")


def the_inverse_begins_at_the_allocation(browser, pages):
    browser.open(pages.leaky())
    top = "return document.querySelector(arguments[0]).style.top"
    down = browser.js(top, box_of(browser, "Cache::put"))
    browser.press("i")
    assert browser.js(top, box_of(browser, "Cache::put")) == "21px" != down
    browser.click("#where .choice button[data-value='0']")
    assert browser.js(top, box_of(browser, "Cache::put")) == down


def what_was_allocated_can_be_the_width(browser, pages):
    browser.open(pages.leaky())
    alive = browser.width_of(box_of(browser, "Cache::put"))
    browser.click("button[data-value='allocated']")
    assert browser.width_of(box_of(browser, "Cache::put")) < 0.7 * alive
    assert "allocated" in browser.text("#details")


def the_table_is_sorted_filtered_and_unfolded(browser, pages):
    browser.open(pages.leaky())
    browser.click("th button[data-sort=alive]")
    alive = [bytes_in(text) for text in column(browser, 2)]
    assert alive == sorted(alive, reverse=True) and len(alive) > 3, alive
    browser.click("th button[data-sort=alive]")
    assert [bytes_in(text) for text in column(browser, 2)] == alive[::-1]
    assert browser.one("th[aria-sort=ascending]").text.startswith("alive")
    assert all("±" in text for text in column(browser, 2)[-2:])
    browser.click("tr.site-row")
    assert "serve_forever" in browser.text("tr.unfolded")
    browser.click("#site-filter")
    browser.press("evict")
    assert len(column(browser, 2)) == 1 and "evict_oldest" in browser.text("table.sites tbody")
    browser.press(browser.keys.ESCAPE)
    browser.click(next(chip for chip in browser.all("#verdict-chips button") if chip.text.startswith("growing")))
    assert set(column(browser, 1)) == {"growing"}


def light_and_dark_are_chosen_by_the_system_and_by_the_reader(browser, pages):
    paper = "return getComputedStyle(document.body).backgroundColor"
    browser.open(pages.leaky(), dark=True)
    dark = browser.js(paper)
    browser.open(pages.leaky())
    light = browser.js(paper)
    assert dark != light
    browser.click("#theme")
    assert browser.js(paper) == dark
    browser.press("t")
    assert browser.js(paper) == light


def keys_lead_to_findings_and_tell_of_themselves(browser, pages):
    browser.open(pages.leaky())
    browser.press("2")
    assert browser.js("return document.activeElement.id") == "finding-2"
    browser.press("p")
    assert browser.js("return document.activeElement.id") == "finding-1"
    browser.press("?")
    assert "find a function" in browser.text("#keys")
    browser.press(browser.keys.ESCAPE)
    assert not browser.visible("#keys")


def a_view_is_kept_in_the_address(browser, pages):
    browser.open(pages.leaky())
    browser.press("i", "d")
    browser.click(box_of(browser, "Cache::put"))
    address = browser.js("return location.hash")
    browser.open(pages.leaky(), fragment=address)
    assert browser.visible("#slider-a") and "Cache::put" in browser.text("#trail")


def memory_lives_sizes_threads_and_the_receipt_are_there(browser, pages):
    browser.open(pages.leaky())
    for part in ("#ledger-chart path.part.alive", "#live-chart path.band", "#live-chart .onset-mark", "#survival-chart path.line.f0",
                 "#size-chart .size-bar", "#cards .course path.line"):
        assert browser.all(part), part
    browser.hover("#ledger-chart svg")
    assert re.search(r"m \d+ s: RSS [\d.]+ MiB\n", browser.text("#tip")), browser.text("#tip")
    browser.hover("#survival-chart svg")
    assert re.search(r"reach .*:\n[\d.]+ % +all blocks", browser.text("#tip")), browser.text("#tip")
    assert "of one CPU" in in_one_line(browser.text("#hero")) and "share of one CPU" in browser.text("#receipt")
    assert "Nothing was dropped" in browser.text("#receipt")


def nothing_sticks_out_at_the_side(browser, pages):
    for width in (1280, 1000, 720, 375):
        browser.open(pages.leaky(), width=width, height=800)
        sticking_out = browser.js("return Array.from(document.querySelectorAll('main *')).filter(e => e.checkVisibility() && "
                                  "!e.closest('.flame, .trail') && e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML.slice(0, 80))")
        assert sticking_out == [], (width, sticking_out)


def a_phone_shows_all_without_scrolling_sideways(browser, pages):
    browser.open(pages.leaky(), width=375, height=812)
    assert browser.js("return document.documentElement.scrollWidth") <= 375
    assert browser.js("return document.querySelector('.box').getBoundingClientRect().height") >= 20
    browser.click(box_of(browser, "Cache::put"))
    assert "Cache::put" in browser.text("#details")
    browser.open(pages.large(), width=375, height=812)
    assert browser.js("return document.documentElement.scrollWidth") <= 375


def several_processes_can_be_chosen_from(browser, pages):
    browser.open(pages.many())
    first = browser.text("#hero")
    assert len(browser.all("#process option")) == 3
    browser.js("const s = document.getElementById('process'); s.value = 2; s.dispatchEvent(new Event('change'))")
    assert browser.text("#hero") != first
    assert browser.complaints() == []


def a_clean_process_says_so(browser, pages):
    browser.open(pages.page("healthy", pages.data("healthy")))
    assert "No leak" in browser.text("#hero h1")
    assert browser.all("#cards article") == []
    browser.open(pages.page("young", pages.data("young")))
    browser.open(pages.page("undecided", pages.data("undecided")))
    assert browser.complaints() == []


def a_large_input_gives_a_small_page_that_says_so(browser, pages):
    path = pages.large()
    assert MOST_BYTES / 3 < os.path.getsize(path) < MOST_BYTES, os.path.getsize(path)
    browser.open(path)
    assert "leaves out what weighs least" in browser.text("#pruned")
    assert browser.complaints() == []
    assert any("smaller stacks, added up" in text for text in browser.texts(".box"))
    began = time.monotonic()
    browser.press("d", "i")
    browser.js("return document.getElementById('flame').offsetWidth")
    assert time.monotonic() - began < 15  # a second on a machine that does nothing else


def a_page_that_is_served_loads_itself_anew(browser, pages):
    with open(pages.leaky(), encoding="utf-8") as file:
        text = file.read()
    assert text.count('"reload_s":0') == 1
    path = pages.path("served.html")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace('"reload_s":0', '"reload_s":1'))
    browser.open(path)
    browser.press("i")
    browser.js("window.before = true")
    browser.until(lambda: browser.js("return window.before === undefined && document.documentElement.dataset.drawn === 'yes'"), "it is loaded anew")
    assert browser.js("return state.inverse") == 1


def filters_are_those_of_the_other_exports(browser, pages):
    browser.open(pages.page("focused", "--focus", "Cache", pages.data("leaky")))
    assert {"serve_forever", "handle_request", "Cache::put"} >= {re.sub(r"\(.*", "", name) for name in browser.texts(".box")} - {"all"}
    assert "what the filters" in browser.text("#foot")
    assert "leave out --thread" in run("export", "html", "--thread", "x", pages.data("leaky"), status=2).stderr


CHECKS = [check for name, check in list(globals().items()) if callable(check) and getattr(check, "__code__", None) is not None
          and check.__code__.co_varnames[:2] == ("browser", "pages")]


def main():
    wanted = sys.argv[1:]
    passed = failed = 0
    pictures = os.environ.get("PAGE_PICTURES")
    with tempfile.TemporaryDirectory(prefix="leakwatch-page-") as folder:
        os.environ["XDG_CACHE_HOME"] = os.path.join(folder, "cache")
        pages, browser = Pages(folder), Browser()
        try:
            for check in CHECKS:
                if wanted and not any(word in check.__name__ for word in wanted):
                    continue
                sentence = check.__name__.replace("_", " ")
                browser.complaints()
                try:
                    check(browser, pages)
                    passed += 1
                    print("ok", sentence)
                except Exception:  # any failure of a check is one
                    failed += 1
                    print("FAILED:", sentence)
                    print(traceback.format_exc())
                if pictures:
                    browser.picture(os.path.join(pictures, check.__name__ + ".png"))
        finally:
            browser.close()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
