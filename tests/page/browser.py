# SPDX-License-Identifier: Apache-2.0
"""A headless Chromium with one page in it, and what a person can do to that."""
import base64
import json
import os
import shutil
import time

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

LIMIT_S = 10


class Browser:
    def __init__(self):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        # As root, as in a container, there is no sandbox to be had.
        flags = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]
        for flag in flags + (["--no-sandbox"] if os.geteuid() == 0 else []):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        service = webdriver.chrome.service.Service(shutil.which("chromedriver"))
        self.driver = webdriver.Chrome(service=service, options=options)
        self.keys = Keys

    def close(self):
        self.driver.quit()

    def open(self, path, width=1280, height=800, dark=False, fragment=""):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme, still]})
        self.driver.get("about:blank")
        self.driver.get("file://" + path + fragment)
        self.until(lambda: self.js("return document.documentElement.dataset.drawn") == "yes", "the page draws itself")

    def js(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def until(self, condition, what):
        deadline = time.monotonic() + LIMIT_S
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {LIMIT_S} s: {what}")
            time.sleep(0.02)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.js("return document.querySelector(arguments[0]).innerText", selector)

    def texts(self, selector):
        return self.js("return Array.from(document.querySelectorAll(arguments[0]), e => e.innerText)", selector)

    def click(self, element):
        element = self.one(element) if isinstance(element, str) else element
        self.js("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def press(self, *keys):
        """At what has the focus."""
        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def visible(self, selector):
        return self.js("const e = document.querySelector(arguments[0]); return e !== null && e.checkVisibility()", selector)

    def width_of(self, selector):
        return self.js("return document.querySelector(arguments[0]).getBoundingClientRect().width", selector)

    def complaints(self):
        """What the console says since the last time."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        """Everything that was asked for since the last time, but for the page itself and what it carries."""
        urls = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                urls.append(message["params"]["request"]["url"])
        return [url for url in urls if not url.startswith(("data:", "about:", "file:///")) or "favicon" in url]

    def picture(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"]))
