#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A second reader of .lws files, written from docs/snapshot-format.md and sharing no code with leakwatch.

The preload tests judge snapshots by it, so that a mistake which the encoder and our own reader share is seen.
    read_snapshot.py FILE...      prints what each file holds, or why it cannot be read (exit status 1)
"""
import struct
import sys

MAGIC = b"\x89LWS\r\n\x1a\n"
VERSION = 1
REASONS = ["none", "period", "signal", "exit", "request", "killed", "peek", "exec", "alarm", "sealed"]
KINDS = ["malloc", "new", "new[]", "mallocx", "mmap"]
PROCESS, MAPPINGS, STACKS, SITES, LIVE, THREADS, MEMORY, DROPS, RECEIPT = range(1, 10)
RECEIPT_FIELDS = ("samples sampled_frees slow_ns unwind_ns dumps dump_ns longest_dump_ns own_bytes budget_ppm cpu_ns "
                  "false_hits cold_frames").split()
MEMORY_FIELDS = 16
INHERITED, REALLOCED, WHOLE_PAGES, NEW_INTERVAL = 1, 2, 4, 8


class Damaged(Exception):
    pass


def xxh64(data, seed=0):
    """XXH64 by its specification; about 10 MB/s, enough for files of a few hundred KB."""
    p1, p2, p3, p4, p5 = (11400714785074694791, 14029467366897019727, 1609587929392839161, 9650029242287828579,
                          2870177450012600261)
    mask = (1 << 64) - 1

    def rotate(x, r):
        return ((x << r) | (x >> (64 - r))) & mask

    def mix(lane, word):
        return rotate((lane + word * p2) & mask, 31) * p1 & mask

    at, length = 0, len(data)
    if length >= 32:
        lanes = [(seed + p1 + p2) & mask, (seed + p2) & mask, seed, (seed - p1) & mask]
        for words in struct.iter_unpack("<4Q", data[: length & ~31]):
            lanes = [mix(lane, word) for lane, word in zip(lanes, words)]
        at = length & ~31
        result = sum(rotate(lane, r) for lane, r in zip(lanes, (1, 7, 12, 18))) & mask
        for lane in lanes:
            result = ((result ^ mix(0, lane)) * p1 + p4) & mask
    else:
        result = (seed + p5) & mask
    result = (result + length) & mask
    while at + 8 <= length:
        result = (rotate(result ^ mix(0, struct.unpack_from("<Q", data, at)[0]), 27) * p1 + p4) & mask
        at += 8
    if at + 4 <= length:
        result = (rotate(result ^ struct.unpack_from("<I", data, at)[0] * p1 & mask, 23) * p2 + p3) & mask
        at += 4
    for byte in data[at:]:
        result = rotate(result ^ byte * p5 & mask, 11) * p1 & mask
    result = (result ^ (result >> 33)) * p2 & mask
    result = (result ^ (result >> 29)) * p3 & mask
    return result ^ (result >> 32)


class Cursor:
    def __init__(self, data):
        self.data, self.at = data, 0

    def varint(self):
        value = shift = 0
        while True:
            if self.at >= len(self.data) or shift > 63:
                raise Damaged(f"a number runs past the end of its section (at {self.at})")
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def zigzag(self):
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def take(self, form):
        size = struct.calcsize(form)
        if self.at + size > len(self.data):
            raise Damaged("a floating-point number runs past the end of its section")
        self.at += size
        return struct.unpack_from(form, self.data, self.at - size)[0]

    def blob(self):
        length = self.varint()
        if self.at + length > len(self.data):
            raise Damaged("a text runs past the end of its section")
        self.at += length
        return self.data[self.at - length : self.at]

    def text(self):
        return self.blob().decode(errors="replace")


def read_process(c, _):
    names = "pid parent start_unix_ns start_ticks taken_ns interval requested_interval flags".split()
    process = {name: c.varint() for name in names}
    process.update({name: c.text() for name in ("name", "host", "leakwatch", "executable")})
    process["command"] = [c.text() for _ in range(c.varint())]
    return process


def read_mapping(c, _):
    start, size, offset, loaded, unloaded = (c.varint() for _ in range(5))
    return {"start": start, "end": start + size, "file_offset": offset, "loaded_epoch": loaded,
            "unloaded_epoch": unloaded, "build_id": c.blob().hex(), "path": c.text()}


def read_stack(c, previous):
    epoch, flags, shared, fresh = (c.varint() for _ in range(4))
    outermost_first = list(reversed(previous["frames"]))[:shared] if previous else []
    if len(outermost_first) != shared:
        raise Damaged("a stack shares more frames than the one before it has")
    for _ in range(fresh):
        outermost_first.append((outermost_first[-1] if outermost_first else 0) + c.zigzag())
    return {"epoch": epoch, "flags": flags, "frames": list(reversed(outermost_first))}


def read_sums(c):
    sums = dict.fromkeys(("samples", "count", "bytes", "count_variance", "bytes_variance"), 0)
    sums["samples"] = c.varint()
    if sums["samples"]:
        sums["count"], sums["bytes"] = c.take("<d"), c.take("<d")
        sums["count_variance"], sums["bytes_variance"] = c.take("<f"), c.take("<f")
    return sums


def read_site(c, _):
    stack, first, last = c.varint(), c.varint(), c.varint()
    site = {"stack": stack, "first_ns": first, "last_ns": first + last}
    site["allocations"], site["frees"] = read_sums(c), read_sums(c)
    site["mismatches"], site["mismatch_kinds"] = c.varint(), c.varint()
    site["lifetimes"] = [(c.varint(), c.take("<f")) for _ in range(c.varint())]
    return site


def read_live(c, previous):
    before = previous or {"address": 0, "birth_us": 0, "interval": 0}
    marks = c.varint()
    flags = marks >> 3
    sample = {"kind": KINDS[marks & 7], "flags": flags,
              "address": before["address"] + c.zigzag() * (4096 if flags & WHOLE_PAGES else 1), "size": c.varint(),
              "birth_us": before["birth_us"] + c.zigzag(), "site": c.varint(), "thread": c.varint(),
              "interval": before["interval"]}
    if flags & NEW_INTERVAL:
        sample["interval"] += c.zigzag()
    if flags & REALLOCED:
        sample["reallocs"], sample["first_birth_us"] = c.varint(), sample["birth_us"] - c.varint()
    return sample


def read_thread(c, _):
    names = "tid flags start_ns end_ns allocations frees allocated_bytes".split()
    thread = {name: c.varint() for name in names}
    thread["name"] = c.text()
    return thread


def read_point(c, previous):
    before = previous or [0] * MEMORY_FIELDS
    return [value + c.zigzag() for value in before]


def read_drop(c, _):
    return {"reason": c.text(), "count": c.varint(), "bytes": c.take("<d")}


def read_receipt(c, _):
    return {name: c.varint() for name in RECEIPT_FIELDS}


SECTIONS = {PROCESS: ("process", read_process, True), MAPPINGS: ("mappings", read_mapping, False),
            STACKS: ("stacks", read_stack, False), SITES: ("sites", read_site, False),
            LIVE: ("live", read_live, False), THREADS: ("threads", read_thread, False),
            MEMORY: ("memory", read_point, False), DROPS: ("drops", read_drop, False),
            RECEIPT: ("receipt", read_receipt, True)}


def read_header(data):
    if len(data) < 64 or data[:8] != MAGIC:
        raise Damaged("not a snapshot")
    version, header_bytes, sections, reason, size, taken, sequence, _, checksum = struct.unpack_from("<4I5Q", data, 8)
    if checksum != xxh64(data[:56]):
        raise Damaged("the header's checksum is wrong")
    if version != VERSION:
        raise Damaged(f"version {version}")
    if size != len(data):
        raise Damaged(f"the file has {len(data)} bytes and should have {size}")
    header = {"reason": REASONS[reason] if reason < len(REASONS) else f"reason {reason}", "taken_unix_ns": taken, "sequence": sequence}
    return header, header_bytes, sections


def check_references(snapshot):
    for site in snapshot["sites"]:
        if site["stack"] >= len(snapshot["stacks"]):
            raise Damaged("a site's stack does not exist")
    for sample in snapshot["live"]:
        if sample["site"] >= len(snapshot["sites"]) or sample["thread"] >= len(snapshot["threads"]):
            raise Damaged("a live sample's site or thread does not exist")


def parse(data):
    snapshot, at, count = read_header(data)
    for _ in range(count):
        if at + 32 > len(data):
            raise Damaged("a section's header is cut off")
        kind, flags, size, records, checksum = struct.unpack_from("<IIQQQ", data, at)
        payload = data[at + 32 : at + 32 + size]
        at += 32 + size
        if len(payload) != size or xxh64(payload) != checksum:
            raise Damaged(f"section {kind} is cut off or its checksum is wrong")
        if kind not in SECTIONS:
            if flags & 1:
                raise Damaged(f"section {kind} is required and unknown")
            continue
        name, read, single = SECTIONS[kind]
        cursor, entries = Cursor(payload), []
        for _ in range(records):
            entries.append(read(cursor, entries[-1] if entries else None))
        if not single and cursor.at != size:
            raise Damaged(f"section {name} has {size - cursor.at} bytes behind its last record")
        snapshot[name] = entries[0] if single else entries
    if at != len(data):
        raise Damaged("bytes behind the last section")
    for name, _, single in SECTIONS.values():
        if name not in snapshot:
            if single:
                raise Damaged(f"there is no {name} section")
            snapshot[name] = []
    check_references(snapshot)
    return snapshot


def load(path):
    with open(path, "rb") as file:
        return parse(file.read())


def main():
    status = 0
    for path in sys.argv[1:]:
        try:
            snapshot = load(path)
        except (Damaged, OSError) as error:
            print(f"{path}: {error}")
            status = 1
            continue
        print(f"{path}: {snapshot['reason']}, {len(snapshot['sites'])} sites, {len(snapshot['live'])} live, "
              f"{len(snapshot['threads'])} threads, {len(snapshot['mappings'])} mappings, "
              f"{len(snapshot['memory'])} memory points, drops "
              f"{ {d['reason']: d['count'] for d in snapshot['drops']} }, {snapshot['receipt']['samples']} samples")
    return status


if __name__ == "__main__":
    sys.exit(main())
