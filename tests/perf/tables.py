# SPDX-License-Identifier: Apache-2.0
"""Costs → Markdown tables. Knows what is compared with what; measures nothing."""

from dataclasses import dataclass
from statistics import median

from measure import ratio_of


@dataclass(frozen=True)
class Column:
    peer: str
    over: str = "unwatched"

    def title(self):
        return self.peer if self.over == "unwatched" else f"{self.peer} ÷ {self.over}"


# What watching costs: each tool beside the same program on the same allocator without it.
TOOLS = [
    Column("unwatched again"),
    Column("leakwatch"),
    Column("leakwatch 512K"),
    Column("leakwatch on jemalloc", over="jemalloc"),
    Column("leakwatch 512K on jemalloc", over="jemalloc"),
    Column("forwarding on jemalloc", over="jemalloc"),
    Column("jemalloc prof 512K", over="jemalloc"),
    Column("tcmalloc sampled 512K", over="tcmalloc"),
    Column("heaptrack"),
    Column("tcmalloc heap profile", over="tcmalloc"),
]
# What the allocator makes of it: each beside the unwatched program on glibc's.
ALLOCATORS = [Column("jemalloc"), Column("leakwatch on jemalloc"), Column("tcmalloc")]


def seconds_of(costs, metric):
    return [cost and getattr(cost, metric) for cost in costs]


def in_units(seconds):
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def markdown(header, rows):
    """The first column is text, the others are figures."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def measured(columns, costs):
    """The columns of which there is at least one figure."""
    return [column for column in columns if any(any(row.get(column.peer, [])) for row in costs.values())]


def ratio_cell(row, column, metric):
    ratio = ratio_of(seconds_of(row[column.peer], metric), seconds_of(row[column.over], metric))
    return f"{ratio.median:.2f} ±{ratio.spread:.2f}" if ratio else "fails"


def ratio_table(costs, columns, metric):
    columns = measured(columns, costs)
    rows = []
    for name, row in costs.items():
        base = [seconds for seconds in seconds_of(row["unwatched"], metric) if seconds]
        if base:
            rows.append([name, in_units(median(base)), *(ratio_cell(row, column, metric) for column in columns)])
    return markdown(["", "unwatched", *(column.title() for column in columns)], rows)


def added_cell(row, column):
    pairs = zip(seconds_of(row[column.peer], "cpu_s"), seconds_of(row[column.over], "cpu_s"))
    added = [(above - below) * 1e9 for above, below in pairs if above and below]
    return f"{median(added):+.1f}" if added else "fails"


def added_table(costs, columns, rows):
    """Nanoseconds of cpu that a tool adds to one operation: the ratio's other half where an operation is short."""
    columns = measured(columns, costs)
    lines = [[name, *(added_cell(costs[name], column) for column in columns)] for name in rows if name in costs]
    return markdown(["ns", *(column.title() for column in columns)], lines)


def instruction_table(counts, columns):
    """`counts`: {peer's name: instructions for a pair}."""
    rows = []
    for column in columns:
        if column.peer in counts and column.over in counts:
            pair = counts[column.peer]
            rows.append([column.title(), f"{pair:.1f}", f"{pair - counts[column.over]:+.1f}"])
    return markdown(["", "instructions for a pair", "added"], [["unwatched", f"{counts['unwatched']:.1f}", ""], *rows])


def program_instruction_table(counts, columns):
    """`counts`: {row: {peer's name: instructions}}."""
    columns = [column for column in columns
               if any(column.peer in row and column.over in row for row in counts.values())]
    rows = [[name, f"{row['unwatched']:,.0f}",
             *(f"{row[column.peer] / row[column.over]:.3f}" if column.peer in row and column.over in row else "fails"
               for column in columns)] for name, row in counts.items() if "unwatched" in row]
    return markdown(["", "unwatched", *(column.title() for column in columns)], rows)
