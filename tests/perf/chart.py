# SPDX-License-Identifier: Apache-2.0
"""Ratios → an SVG of horizontal bars on a logarithmic scale, which a browser and a Markdown viewer both show."""

import math
from html import escape

LEFT, WIDTH, BAR, GAP, TOP = 250, 560, 11, 12, 46
COLOURS = ["#1f6feb", "#6cb6ff", "#8250df", "#bf8700", "#9a9a9a", "#cf222e"]


def chart(title, series):
    """`series`: [(name of the row, [(name of the bar, ratio or None)])], with the same bars in every row."""
    names = [name for name, _ in series[0][1]]
    largest = max([ratio for _, bars in series for _, ratio in bars if ratio] + [2.0])
    row_height = BAR * len(names) + GAP
    height = TOP + row_height * len(series) + 30
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 70}" height="{height}" '
             'font-family="sans-serif" font-size="11">',
             '<rect width="100%" height="100%" fill="white"/>',
             f'<text x="8" y="16" font-size="13">{escape(title)}</text>']
    legend_x = 8
    for number, name in enumerate(names):
        parts.append(f'<rect x="{legend_x}" y="24" width="10" height="10" fill="{COLOURS[number % len(COLOURS)]}"/>'
                     f'<text x="{legend_x + 14}" y="33">{escape(name)}</text>')
        legend_x += round(30 + 6.3 * len(name))

    def x_of(ratio):
        return LEFT + WIDTH * math.log(max(ratio, 1.0)) / math.log(largest)

    for mark in (1, 1.1, 1.5, 2, 5, 10, 20, 50):
        if mark <= largest:
            parts.append(f'<line x1="{x_of(mark):.1f}" y1="{TOP - 4}" x2="{x_of(mark):.1f}" y2="{height - 24}" '
                         f'stroke="#ddd"/><text x="{x_of(mark) - 8:.1f}" y="{height - 10}" fill="#666">{mark}×</text>')
    for row, (row_name, bars) in enumerate(series):
        y = TOP + row * row_height
        parts.append(f'<text x="{LEFT - 8}" y="{y + row_height / 2:.1f}" text-anchor="end">{escape(row_name)}</text>')
        for number, (_, ratio) in enumerate(bars):
            bar_y = y + number * BAR
            label = f"{ratio:.2f}" if ratio else "fails"
            end = x_of(ratio) if ratio else LEFT
            parts.append(f'<rect x="{LEFT}" y="{bar_y}" width="{end - LEFT + 1:.1f}" height="{BAR - 1}" '
                         f'fill="{COLOURS[number % len(COLOURS)]}"/>'
                         f'<text x="{end + 5:.1f}" y="{bar_y + 9}" font-size="9">{label}</text>')
    return "\n".join([*parts, "</svg>", ""])
