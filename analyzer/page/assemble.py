#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""assemble.py PAGE.html STYLE.css LICENCES.txt SCRIPT.js… -o OUT: one page out of its parts.

The words @STYLE@, @LICENCES@, @SCRIPT@ and @CSP@ in PAGE.html are replaced; @JSON@ stays for the analyzer. Nothing but this style
and this script may act in the page: the policy names them by their SHA-256.
"""
import base64
import hashlib
import sys


def hashed(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def main():
    *sources, option, out = sys.argv[1:]
    assert option == "-o", __doc__
    page, style, licences = map(read, sources[:3])
    script = "\n".join(read(path).replace("//# sourceMappingURL", "// map") for path in sources[3:])
    assert "</script" not in script.lower() and "</style" not in style.lower(), "would end its element"
    policy = (f"default-src 'none'; script-src {hashed(script)}; style-src {hashed(style)}; img-src data:; "
              "base-uri 'none'; form-action 'none'")
    for word, text in (("@STYLE@", style), ("@LICENCES@", licences), ("@SCRIPT@", script), ("@CSP@", policy)):
        assert page.count(word) == 1, f"{word} stands once in {sources[0]}"
        page = page.replace(word, text)
    assert page.count("@JSON@") == 1, "the place of the JSON"
    with open(out, "w", encoding="utf-8") as file:
        file.write(page)


if __name__ == "__main__":
    main()
