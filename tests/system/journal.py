#!/usr/bin/env python3
"""Events in a real systemd-journald, whose world is private: read by journalctl as JSON, and explained by our catalog.

usage: journal.py PMACTOR
Needs root, or a kernel that lets users have namespaces of their own. Exit code 77: it cannot be tried here.
"""
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

JOURNALD = next((x for x in ("/lib/systemd/systemd-journald", "/usr/lib/systemd/systemd-journald") if os.path.exists(x)), None)
CATALOG = "/usr/local/lib/systemd/catalog/pmactor.catalog"
KINDS = ["pause", "sleep", "critical", "stall", "outage", "incident", "slowed", "clock"]
failed = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what, flush=True)
    if not holds:
        failed.append(what)


def until(holds, patience):
    end = time.time() + patience
    while time.time() < end:
        try:
            found = holds()
        except sqlite3.Error:
            found = None
        if found:
            return found
        time.sleep(0.25)
    return None


def mount_empty(folder):
    """Whatever is written there is gone with the namespace."""
    os.makedirs(folder, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True)


def make_private_world():
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    for folder in ["/run"] + [x for x in ("/var/log/journal", "/var/lib/systemd", "/etc/systemd/system", "/etc/update-motd.d",
                                          "/usr/local/lib") if os.path.isdir(x)]:
        mount_empty(folder)
    os.makedirs("/var/lib/systemd/catalog", exist_ok=True)
    for folder in ("/run/systemd/journal", "/run/systemd/journald.conf.d", "/run/log/journal"):
        os.makedirs(folder)
    with open("/run/systemd/journald.conf.d/private.conf", "w") as f:
        f.write("[Journal]\nStorage=volatile\nReadKMsg=no\nAudit=no\nRateLimitIntervalSec=0\n"
                "ForwardToSyslog=no\nForwardToConsole=no\nForwardToWall=no\n")


def stream_to_journal():
    """As systemd connects the stderr of a service; returns it with what $JOURNAL_STREAM says of it."""
    stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    stream.connect("/run/systemd/journal/stdout")
    stream.sendall(b"pmactor\n\n6\n1\n0\n0\n0\n")  # identifier, unit, priority, whether lines begin with one, no forwards
    facts = os.fstat(stream.fileno())
    return stream, f"{facts.st_dev}:{facts.st_ino}"


def journal(*matches, explain=False):
    form = ["-x"] if explain else ["-o", "json", "--all"]
    done = subprocess.run(["journalctl", "--no-pager", "-q", *form, *matches], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    return done.stdout if explain else [json.loads(x) for x in done.stdout.splitlines()]


def plant_events(database):
    """An event of each kind, an hour ago; returns the event id of each."""
    ids = {}
    with sqlite3.connect(database, timeout=10) as to:
        for i, kind in enumerate(KINDS):
            started = time.time() - 3600 + 60 * i
            ids[kind] = int(started * 1e9)
            row = {"kind": kind, "started": started, "ended": started + 2.5, "duration": 2.5, "event_id": ids[kind], "cause": "io",
                   "confidence": "high", "scope": "system", "ledger": '{"io":2.5}',
                   "culprits": '[{"pid":7,"name":"tar","reason":"wrote 298 MB/s"}]',
                   "evidence": '[{"line":"io","says":"it waited 2 s"}]'}
            if kind == "stall":
                row["stall"] = '{"resource":"disk","name":"sda","over":true}'
            if kind in ("outage", "incident", "slowed", "clock"):
                row["facts"] = '{"title":"the power went","cause":"power","over":true}'
            to.execute(f"INSERT INTO events({','.join(row)}) VALUES({','.join('?' * len(row))})", list(row.values()))
    return ids


def check_fields(entries, ids):
    wanted = {"PRIORITY": "4", "SYSLOG_IDENTIFIER": "pmactor", "PMACTOR_PHASE": "over", "PMACTOR_DURATION_USEC": "2500000",
              "PMACTOR_CAUSE": "io", "PMACTOR_CONFIDENCE": "high", "PMACTOR_SCOPE": "system", "PMACTOR_LEDGER": '{"io":2.5}',
              "PMACTOR_SUSPECTS": "tar (7): wrote 298 MB/s", "PMACTOR_EVIDENCE": "it waited 2 s", "PMACTOR_LABEL_RACK": "r12",
              "PMACTOR_STARTED_USEC": None, "PMACTOR_ENDED_USEC": None, "PMACTOR_MACHINE": None, "PMACTOR_EVENT": None,
              "MESSAGE": None, "MESSAGE_ID": None, "_PID": None, "_BOOT_ID": None, "_MACHINE_ID": None, "_HOSTNAME": None}
    for kind in KINDS:
        found = [x for x in entries if x.get("PMACTOR_EVENT_ID") == str(ids[kind])]
        fields = {**wanted, "PMACTOR_KIND": kind}
        if kind in ("sleep", "clock"):
            fields["PRIORITY"] = "6"
        if kind in ("sleep", "outage"):  # a process that was busy then is no suspect
            fields["PMACTOR_BUSY"] = fields.pop("PMACTOR_SUSPECTS")
        if kind == "stall":
            fields.update({"PMACTOR_RESOURCE": "disk", "PMACTOR_RESOURCE_NAME": "sda"})
        if kind in ("outage", "incident", "slowed", "clock"):
            fields["PMACTOR_FACTS"] = '{"title":"the power went","cause":"power","over":true}'
        entry = found[0] if found else {}
        wrong = [f"{k} is {entry.get(k)}" for k, v in fields.items() if k not in entry or v not in (None, entry[k])]
        check(len(found) == 1 and not wrong, f"journalctl -o json has an entry of kind {kind} with {len(fields)} fields as they are"
              + ("" if not wrong else ", but " + "; ".join(wrong)))


def check_catalog(program, entries, ids):
    command = [program, "install", "--system", "--yes", "--no-start"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    check(done.returncode == 0 and os.path.exists(CATALOG), "pmactor install puts the catalog in place")
    subprocess.run(["journalctl", "--update-catalog"], check=False)
    if not os.path.exists(CATALOG):
        print(done.stdout)
        return
    with open(CATALOG) as f:
        subjects = dict(x.splitlines()[0:2] for x in f.read().split("\n-- ")[1:])
    for kind in KINDS:
        entry = next((x for x in entries if x.get("PMACTOR_EVENT_ID") == str(ids[kind])), {})
        text = journal("PMACTOR_EVENT_ID=" + str(ids[kind]), explain=True)
        subject = subjects.get(entry.get("MESSAGE_ID"), "Subject: none of this id")
        check(subject in text and f"Defined-By: pmactor" in text and "@" not in text,
              f"journalctl -x explains kind {kind}: {subject.removeprefix('Subject: ')}")
    subprocess.run([program, "uninstall", "--system", "--yes", "--keep-data"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    check(not os.path.exists(CATALOG), "pmactor uninstall removes it")
    text = journal("PMACTOR_EVENT_ID=" + str(ids["pause"]), explain=True)
    check("Defined-By: pmactor" not in text, "and journalctl -x explains nothing any more")


def play(program, folder):
    stream, name = stream_to_journal()
    environment = {**os.environ, "JOURNAL_STREAM": name}
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        environment[variable] = folder
    os.environ.update({k: v for k, v in environment.items() if k.startswith("XDG_")})
    database = os.path.join(folder, "data", "pmactor.db")
    daemon = subprocess.Popen([program, "run", "--data", os.path.join(folder, "data"), "--set", "host.labels=rack=r12"],
                              stdout=subprocess.DEVNULL, stderr=stream, env=environment)
    try:
        def cursor():
            with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as of:
                return of.execute("SELECT value FROM daemon_state WHERE key = 'export-cursor-journal'").fetchone()
        check(until(cursor, 60), "the daemon keeps how far the journal has come")
        ids = plant_events(database)
        daemon.send_signal(signal.SIGSTOP)  # a real event wakes what brings them
        time.sleep(1.5)
        daemon.send_signal(signal.SIGCONT)
        planted = {str(x) for x in ids.values()}
        until(lambda: planted <= {x["PMACTOR_EVENT_ID"] for x in journal("PMACTOR_PHASE=over")}, 60)
        check_fields(journal("PMACTOR_PHASE=over"), ids)
        # Where its scope does not become known, it is sent after a minute.
        check(until(lambda: [x for x in journal("PMACTOR_KIND=pause") if x["PMACTOR_EVENT_ID"] not in planted], 120),
              "and one of the pause that was made meanwhile")
        entries = journal("PMACTOR_PHASE=over")
        lines = [x for x in journal("_TRANSPORT=stdout") if x.get("_PID") == str(daemon.pid)]
        check(any("daemon-started" in x["MESSAGE"] and x["PRIORITY"] == "6" for x in lines) and
              not any(x["MESSAGE"].startswith("<") for x in lines), f"its log is there with priorities: {len(lines)} lines")
        check_catalog(program, entries, ids)
    finally:
        daemon.send_signal(signal.SIGCONT)
        daemon.terminate()
        daemon.wait(20)


def inside(program):
    make_private_world()
    journald = subprocess.Popen([JOURNALD], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                env={k: v for k, v in os.environ.items() if k not in ("NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID")})
    folder = tempfile.mkdtemp(prefix="pmactor-journal-")
    try:
        if not until(lambda: os.path.exists("/run/systemd/journal/stdout") and os.path.exists("/run/systemd/journal/socket"), 20):
            print(f"SKIPPED: {JOURNALD} does not run here")
            return 77
        play(program, folder)
    finally:
        journald.terminate()
        journald.wait(10)
        shutil.rmtree(folder, ignore_errors=True)
    print("all of it holds" if not failed else f"{len(failed)} of it did not hold")
    return 1 if failed else 0


def main():
    if JOURNALD is None or not shutil.which("journalctl"):
        print("SKIPPED: there is no systemd-journald")
        return 77
    if len(sys.argv) > 2 and sys.argv[2] == "inside":
        return inside(sys.argv[1])
    namespaces = ["unshare", "-m"] + ([] if os.geteuid() == 0 else ["-r"])
    if subprocess.run(namespaces + ["mount", "--make-rprivate", "/"], stderr=subprocess.DEVNULL).returncode != 0:
        print("SKIPPED: no mount namespace may be made here")
        return 77
    return subprocess.run(namespaces + [sys.executable, "-B", os.path.abspath(__file__), os.path.abspath(sys.argv[1]),
                                        "inside"]).returncode


if __name__ == "__main__":
    sys.exit(main())
