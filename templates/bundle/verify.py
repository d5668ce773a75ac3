"""Verify a bundle: that its files are whole, its events chained, and its rows as the events say. Needs Python alone.

    python -I verify.py [FILE WITH ANCHORS ...]

Exit code 0 if everything holds, 1 with the first thing that does not. HOW-TO-VERIFY.txt explains each step.
"""

import hashlib
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
MANIFEST = "MANIFEST.sha256"
CONTENT = [
    "seq",
    "at",
    "kind",
    "case_id",
    "actor_id",
    "on_behalf_of",
    "payload",
    "policy_hash",
    "changes",
    "personal_digest",
]


def fail(what):
    sys.exit("DOES NOT HOLD: " + what)


def read(name):
    with open(os.path.join(HERE, *name.split("/")), "rb") as file:
        return file.read()


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def digest(value):
    """The digest of a value in the one spelling that is hashed: sorted keys, no spaces, UTF-8."""
    return sha256(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())


def check_files():
    """Every file is there, no other, and each is as the manifest says, byte for byte."""
    found = []
    for folder, _, names in os.walk(HERE):
        found += [os.path.relpath(os.path.join(folder, name), HERE).replace(os.sep, "/") for name in names]
    listed = sorted(name for name in found if name != MANIFEST)
    if "".join(f"{sha256(read(name))}  {name}\n" for name in listed).encode() != read(MANIFEST):
        fail("the files are not those of the manifest; `sha256sum -c MANIFEST.sha256` names the one that differs")
    return listed


def check_chain():
    """Each event follows the one before it; those of the case are shown, of all others the digest alone."""
    events, heads, older, previous = [], {}, 0, None
    for line in read("trail.jsonl").decode().splitlines():
        event = json.loads(line)
        if previous is not None and (event["seq"] != previous + 1 or event["previous_hash"] != heads[previous]):
            fail(f"event {event['seq']} does not follow the one before it")
        is_new = event["content_digest"] is not None
        if (
            event.get("kind")
            and is_new
            and digest({name: event[name] for name in CONTENT}) != event["content_digest"]
        ):
            fail(f"event {event['seq']} was changed after it was written")
        if event["content_digest"] is None:  # an old event: its link can be computed only where it is shown
            older += 1
            old = {name: event.get(name) for name in [*CONTENT[:7], "previous_hash"]}
            if event.get("kind") and digest(old) != event["hash"]:
                fail(f"event {event['seq']} was changed after it was written")
        elif sha256((event["previous_hash"] + event["content_digest"]).encode()) != event["hash"]:
            fail(f"event {event['seq']} is not linked to the one before it")
        check_personal_part(event)
        previous = event["seq"]
        heads[previous] = event["hash"]
        if event.get("kind"):
            events.append(event)
    return events, heads, older


def check_personal_part(event):
    """What an event says of persons has the digest the event keeps, or was erased and is empty."""
    part = event.get("personal")
    if part and part["salt"] is not None:
        spelt = json.dumps(part["content"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if sha256((part["salt"] + spelt).encode()) != event["personal_digest"]:
            fail(f"what event {event['seq']} says of persons was changed")


def check_rows(events):
    """Each row is as the last event that speaks of it says; return how many, and how many no event here speaks of."""
    said = {(one["table"], one["key"]): one["after"] for event in events for one in event["changes"] or []}
    proved = unproved = 0
    for table, rows in json.loads(read("rows.json")).items():
        for key, row in rows.items():
            if (table, key) not in said:
                unproved += 1
            elif said[table, key] != digest(row):
                fail(f"row {key} of {table} is not as the trail says")
            else:
                proved += 1
    return proved, unproved


def check_documents(files):
    """Each document is named by a row, by its digest, and each that a row names is here; so are the policies."""
    rows = json.loads(read("rows.json"))
    named = {row["file_hash"] for table in ("agreement", "template_version") for row in rows.get(table, {}).values()}
    named |= {case["policy_hash"] for case in rows["approval_case"].values()}
    kept = {sha256(read(name)) for name in files if name.startswith(("documents/", "templates/", "policy/"))}
    if named != kept:
        fail("the documents, templates and policies are not those the rows name")
    return len(kept)


def check_anchors(heads, witnesses):
    """Each anchor that somebody noted, here or in a file they kept, is the hash of the event it names."""
    lines = [("anchors.txt", read("anchors.txt"))]
    for path in witnesses:
        with open(path, "rb") as file:
            lines.append((path, file.read()))
    compared = 0
    for name, content in lines:
        for number, noted in re.findall(rb"\banchor (\d+) ([0-9a-f]{64})\b", content):
            seq = int(number)
            if heads.get(seq, noted.decode()) != noted.decode():
                fail(f"event {seq} is not the one noted in {name}")
            compared += seq in heads and name != "anchors.txt"
    return compared


def main():
    files = check_files()
    events, heads, older = check_chain()
    proved, unproved = check_rows(events)
    documents = check_documents(files)
    compared = check_anchors(heads, sys.argv[1:])
    last = max(heads)
    print(f"HOLDS: {len(files)} files; {len(events)} events of the case among {len(heads)} of the trail,")
    print(f"       {proved} rows proved by them ({unproved} more as listed); {documents} documents and policies.")
    if older:
        print(f"       {older} events are from before links could be shown alone: there the installation is trusted.")
    print(f"       The chain ends with:  anchor {last} {heads[last]}")
    print(
        f"       Anchors you brought that lie in it: {compared}."
        + ("" if compared else " Bring one you kept, or compare the line above.")
    )


main()
