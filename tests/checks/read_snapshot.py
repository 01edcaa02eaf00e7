#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads a leakwatch snapshot and prints it as JSON, or with --hex its bytes, field by field: read_snapshot.py [--hex] FILE.lws

Written from docs/snapshot-format.md alone, with nothing but Python's own library: the proof that the page is enough.
Says on stderr what is wrong with a damaged file, prints what can be read of it, and ends with status 3.
"""
import json
import struct
import sys

MASK = (1 << 64) - 1
SECTIONS = {1: "process", 2: "mappings", 3: "stacks", 4: "sites", 5: "live", 6: "threads", 7: "memory", 8: "drops", 9: "receipt",
            10: "releases", 11: "reach"}
SINGLE = ("process", "receipt")


def xxh64(data, seed=0):
    p1, p2, p3, p4, p5 = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5)

    def rotate(x, bits):
        return ((x << bits) | (x >> (64 - bits))) & MASK

    def mix(lane, word):
        return rotate((lane + word * p2) & MASK, 31) * p1 & MASK

    at, length = 0, len(data)
    if length >= 32:
        lanes = [(seed + p1 + p2) & MASK, (seed + p2) & MASK, seed, (seed - p1) & MASK]
        while at + 32 <= length:
            lanes = [mix(lane, word) for lane, word in zip(lanes, struct.unpack_from("<4Q", data, at))]
            at += 32
        h = sum(rotate(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18))) & MASK
        for lane in lanes:
            h = ((h ^ mix(0, lane)) * p1 + p4) & MASK
    else:
        h = (seed + p5) & MASK
    h = (h + length) & MASK
    while at + 8 <= length:
        h = (rotate(h ^ mix(0, struct.unpack_from("<Q", data, at)[0]), 27) * p1 + p4) & MASK
        at += 8
    if at + 4 <= length:
        h = (rotate(h ^ (struct.unpack_from("<I", data, at)[0] * p1 & MASK), 23) * p2 + p3) & MASK
        at += 4
    for byte in data[at:]:
        h = rotate(h ^ (byte * p5 & MASK), 11) * p1 & MASK
    h = (h ^ (h >> 33)) * p2 & MASK
    h = (h ^ (h >> 29)) * p3 & MASK
    return h ^ (h >> 32)


class Fields:
    """Takes one field after the other from bytes; `trace` hears of each: offset in the file, bytes, name, value."""

    def __init__(self, data, offset=0, trace=None):
        self.data, self.at, self.offset, self.trace = data, 0, offset, trace

    def take(self, length):
        if length > len(self.data) - self.at:
            raise ValueError("runs past its end")
        self.at += length
        return self.data[self.at - length:self.at]

    def told(self, begin, name, value):
        if self.trace:
            self.trace(self.offset + begin, self.data[begin:self.at], name, value)
        return value

    def fixed(self, name, form):
        begin = self.at
        return self.told(begin, name, struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))[0])

    def number(self):
        value = 0
        for shift in range(0, 70, 7):
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80 and value <= MASK:
                return value
        raise ValueError("has a number of more than 64 bits")

    def varint(self, name):
        begin = self.at
        return self.told(begin, name, self.number())

    def diff(self, name, before=0, unit=1):
        begin = self.at
        coded = self.number()
        return self.told(begin, name, (before + ((coded >> 1) ^ -(coded & 1)) * unit) & MASK)

    def raw(self, name):
        begin = self.at
        return self.told(begin, name, self.take(self.number()))

    def text(self, name):
        return self.raw(name).decode("utf-8", "replace")

    def varints(self, names):
        return {name: self.varint(name) for name in names.split()}


def read_process(p, _):
    r = p.varints("pid parent_pid start_unix_ns start_ticks taken_ns interval requested_interval flags page_bytes memory_total "
                  "address_space_limit pid_namespace")
    for name in ("name", "host", "leakwatch_version", "executable", "boot_id"):
        r[name] = p.text(name)
    r["command"] = [p.text("argument") for _ in range(p.varint("argc"))]
    return r


def read_mapping(p, _):
    r = p.varints("start length file_offset loaded_epoch unloaded_epoch")
    r["build_id"] = p.raw("build_id").hex()
    r["path"] = p.text("path")
    return r


def read_stack(p, before):
    r = p.varints("epoch flags")
    shared, fresh = p.varint("shared"), p.varint("fresh")
    outermost_first = before["frames"][::-1] if before else []
    if shared > len(outermost_first) or shared + fresh > 1024:
        raise ValueError("has an impossible stack")
    del outermost_first[shared:]
    for _ in range(fresh):
        outermost_first.append(p.diff("frame", outermost_first[-1] if outermost_first else 0))
    r["frames"] = outermost_first[::-1]
    return r


def read_sums(p, of):
    names = ("count", "bytes", "count_variance", "bytes_variance")
    r = {"samples": p.varint(of + " samples")}
    for name, form in zip(names, "ddff"):
        r[name] = p.fixed(name, form) if r["samples"] else 0.0
    return r


def read_site(p, _):
    r = p.varints("stack")
    r["first_ns"] = p.varint("first_us") * 1000
    r["last_ns"] = r["first_ns"] + p.varint("last_us - first_us") * 1000
    r["allocations"], r["frees"] = read_sums(p, "allocations:"), read_sums(p, "frees:")
    r.update(p.varints("mismatches mismatch_kinds"))
    r["lifetimes"] = [[p.varint("bin"), p.varint("count")] for _ in range(p.varint("bins"))]
    return r


def read_sample(p, before):
    marks = p.varint("marks")
    kind, flags, reach = marks % 8, marks // 8 % 32, marks // 256
    if kind > 4 or reach > 3:
        raise ValueError("has a sample of unknown kind")
    before = before or {"address": 0, "birth_us": 0, "interval": 0}
    r = {"kind": kind, "flags": flags & 3, "reach": reach, "address": p.diff("address", before["address"], 4096 if flags & 4 else 1)}
    r["size"] = p.varint("size")
    r["birth_us"] = p.diff("birth_us", before["birth_us"])
    r.update(p.varints("site thread"))
    r["interval"] = p.diff("interval", before["interval"]) if flags & 8 else before["interval"]
    r["reallocs"] = p.varint("reallocs") if flags & 2 else 0
    r["first_birth_us"] = r["birth_us"] - (p.varint("birth_us - first_birth_us") if flags & 2 else 0)
    r["resident"] = p.varint("resident") if flags & 16 else None
    return r


def read_thread(p, _):
    r = p.varints("tid flags start_ns end_ns allocations frees allocated_bytes parent made_by stack_bytes")
    r["name"] = p.text("name")
    return r


POINT = ("time_ns rss_bytes live_bytes live_bytes_variance live_count allocations frees allocated_bytes allocator_in_use "
         "allocator_resident allocator_free page_faults cgroup_bytes cgroup_limit threads interval rss_file rss_shared "
         "rss_peak swapped virtual_bytes data_bytes stack_bytes code_bytes mapped_bytes allocator_releasable pressure_ppm work").split()


def read_point(p, before):
    r = {name: p.diff(name, before[name] if before else 0) for name in POINT}
    for _ in range(p.fields - len(POINT)):
        p.varint("a field of a later version")
    return r


def read_drop(p, _):
    return {"reason": p.text("reason"), "count": p.varint("count"), "bytes": p.fixed("bytes", "d")}


def read_receipt(p, _):
    return p.varints("samples sampled_frees slow_ns unwind_ns dumps dump_ns longest_dump_ns own_bytes budget_ppm cpu_ns "
                     "false_hits cold_frames")


def read_release(p, _):
    r = p.varints("site stack")
    r["last_ns"] = p.varint("last_us") * 1000
    r["samples"] = p.varint("samples")
    r["count"], r["bytes"] = p.fixed("count", "f"), p.fixed("bytes", "f")
    return r


def read_reach(p, _):
    return p.varints("where flags began_ns duration_ns pause_ns words blocks")


READERS = {"process": read_process, "mappings": read_mapping, "stacks": read_stack, "sites": read_site, "live": read_sample,
           "threads": read_thread, "memory": read_point, "drops": read_drop, "receipt": read_receipt,
           "releases": read_release, "reach": read_reach}


def read_records(name, payload, count, complain):
    records = []
    try:
        if name == "memory":
            payload.fields = payload.varint("fields")
            if payload.fields < len(POINT):
                raise ValueError("has points of too few fields")
        for _ in range(1 if name in SINGLE else count):
            records.append(READERS[name](payload, records[-1] if records else None))
        if name not in SINGLE and payload.at != len(payload.data):
            complain(f"{name} has bytes behind its last record")
    except ValueError as error:
        complain(f"{name}, record {len(records)}: {error}")
    return records


def read_header(data, complain, trace):
    if len(data) < 64:
        complain("the file ends inside its header")
        return None, len(data), 0
    fields = Fields(data, 0, trace)
    h = {name: fields.fixed(name, form) for name, form in (
        ("magic", "8s"), ("version", "I"), ("header_bytes", "I"), ("section_count", "I"), ("reason", "I"), ("file_bytes", "Q"),
        ("taken_unix_ns", "Q"), ("sequence", "Q"), ("unused", "Q"), ("checksum", "Q"))}
    if h["version"] != 1:
        complain(f"is of format {h['version']}, this reads format 1")
        return None, len(data), 0
    if xxh64(data[:56]) != h["checksum"]:
        complain("the header's checksum is wrong")
        return None, 64, len(data)
    if h["file_bytes"] != len(data):
        complain(f"has {len(data)} of {h['file_bytes']} bytes")
    header = {name: h[name] for name in ("version", "reason", "taken_unix_ns", "sequence", "section_count")}
    return header, h["header_bytes"], min(h["file_bytes"], len(data))


def read_section_header(data, at, trace):
    fields = Fields(data[at:at + 32], at, trace)
    return [fields.fixed(name, form) for name, form in (
        ("type", "I"), ("flags", "I"), ("payload_bytes", "Q"), ("record_count", "Q"), ("checksum", "Q"))]


def read_snapshot(data, complain, trace=None):
    if data[:8] != b"\x89LWS\r\n\x1a\n":
        complain("is not a snapshot")
        return {}
    header, at, end = read_header(data, complain, trace)
    snapshot = {"header": header}
    while at < end:
        if end - at < 32:
            complain("the file ends inside the header of a section")
            break
        kind, flags, length, count, checksum = read_section_header(data, at, trace)
        at += 32
        name = SECTIONS.get(kind, f"section of type {kind}")
        if length > end - at:
            complain(f"{name} ends {length - (end - at)} bytes early")
            break
        payload = Fields(data[at:at + length], at, trace)
        at += length
        sound = xxh64(payload.data) == checksum
        if not sound:
            complain(f"{name} has a wrong checksum")
        if kind not in SECTIONS:
            if not sound:
                break
            if flags & 1:
                complain(f"{name} must be understood, and is not")
                return {}
        elif flags:
            complain(f"{name} has flags")
        if kind in SECTIONS and sound and name not in snapshot:
            records = read_records(name, payload, count, complain)
            snapshot[name] = records if name not in SINGLE else records[0] if records else None
    for name in SECTIONS.values():
        if name not in snapshot:
            complain(f"there is no {name}")
    return snapshot


def print_field(offset, data, name, value):
    if name in ("magic", "checksum", "build_id"):
        value = ""
    elif name in ("frame", "address", "start"):
        value = hex(value)
    elif isinstance(value, bytes):
        value = json.dumps(value.decode("utf-8", "replace"))
    if name == "type":
        value = f"{value}: {SECTIONS.get(value, 'unknown').upper()}"
        print()
    for at in range(0, len(data), 12):
        line = f"{offset + at:04x}  " + data[at:at + 12].hex(" ")
        print(f"{line:<44}{name}  {value}".rstrip() if at == 0 else line)


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--hex"]
    in_hex = len(arguments) < len(sys.argv) - 1
    if len(arguments) != 1:
        sys.exit(f"usage: {sys.argv[0]} [--hex] FILE.lws")
    complaints = []
    with open(arguments[0], "rb") as file:
        snapshot = read_snapshot(file.read(), complaints.append, print_field if in_hex else None)
    if not in_hex:
        json.dump(snapshot, sys.stdout, indent=1)
        print()
    for complaint in complaints:
        print(f"{arguments[0]}: {complaint}", file=sys.stderr)
    sys.exit(3 if complaints else 0)


if __name__ == "__main__":
    main()
