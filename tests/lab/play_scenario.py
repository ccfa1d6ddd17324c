"""Plays a scenario in a machine, and gathers what was felt, what was done and what was reported."""

import json
import shutil
import signal
import tarfile
import time

from guest_image import make_disk, run
from host_watch import to_guest_waits
from machine import Machine, Trouble
from recording import Mark, Recording, Span, read_felt, read_idle_disks
from scenario import jitter_of

DATA = "/system/pmactor"
# Each stall is to be captured: the disks are small, and stalls follow each other closely.
SETTINGS = "[forensics]\nleast_disk = 0\ncooldown = 0\nper_hour = 1000\n"
RESULTS_MIB = 32
DATA_MIB = 256
# The daemon has to know its surroundings before it is judged, and the victims theirs.
WARM_UP_S = 6
COOL_DOWN_S = 6
SPARE_S = (
    300  # what a scenario may take beyond its steps: the boot, and a guest that is slow to answer
)


class Player:
    """Takes one machine through the steps of a scenario."""

    def __init__(self, machine, scenario, seed, say):
        self.machine = machine
        self.scenario = scenario
        self.seed = seed
        self.say = say

    def set_up(self):
        for command in self.scenario.setup:
            answer = self.machine.order("run", command)
            if answer.status != 0:
                raise Trouble(f"'{command}' failed in the guest")
        written = SETTINGS.replace("\n", "\\n")
        self.machine.order("run", f"printf '{written}' >/etc/pmactor.toml")
        self.spawn(
            "daemon", f"pmactor run --data {DATA} --config /etc/pmactor.toml >/log/daemon 2>&1"
        )
        time.sleep(2)
        for victim in self.scenario.victims:
            self.spawn("victims", f"/system/bin/victim {victim} >>/log/felt 2>>/log/victims")
        time.sleep(WARM_UP_S)
        for disk, limits in self.scenario.limits.items():
            self.machine.throttle(disk, **limits)

    def spawn(self, group, command):
        self.machine.order("spawn", f"exec in-group {group} {command}")

    def play(self):
        begin = self.stamp().end
        for command in self.scenario.background:
            self.spawn("others", command)
        marks = []
        for step, late in zip(self.scenario.steps, jitter_of(self.scenario, self.seed)):
            time.sleep(step.after + late)
            self.say(f"{step.name}, {step.lasts:g} s")
            marks.append(self.take(step))
        time.sleep(COOL_DOWN_S)
        return begin, self.stamp().end, marks

    def take(self, step):
        began = time.monotonic()
        first, last = getattr(self, f"do_{step.do}")(step, **step.arguments)
        return Mark(step.name, step.truth, first, last, time.monotonic() - began)

    def stamp(self, limit_s=300):
        return self.machine.order("stamp", limit_s=limit_s)

    # ---- one function an action: @returns the orders between which it was in force

    def do_wait(self, step):
        first = self.stamp()
        time.sleep(step.lasts)
        return first, self.stamp()

    def do_idle(self, step, disk):
        first = self.machine.order("run", f"note-disk {disk}")
        time.sleep(step.lasts)
        return first, self.machine.order("run", f"note-disk {disk}")

    def do_run(self, step, command, undo=""):
        first = self.machine.order("run", command, limit_s=300)
        if first.status != 0:
            raise Trouble(f"'{command}' failed in the guest")
        if not undo and step.lasts == 0:
            return first, Span(first.end, first.end)
        time.sleep(step.lasts)
        return first, self.machine.order("run" if undo else "stamp", undo, limit_s=300)

    def do_throttle(self, step, disk, **limits):
        first = self.stamp()
        self.machine.throttle(disk, **limits)
        time.sleep(step.lasts)
        self.machine.throttle(disk)
        return first, self.stamp()

    def do_stop(self, step):
        first = self.stamp()
        self.machine.control("stop")
        time.sleep(step.lasts)
        self.machine.control("cont")
        return first, self.stamp()

    def do_halt(self, step):
        first = self.stamp()
        self.machine.signal(signal.SIGSTOP)
        time.sleep(step.lasts)
        self.machine.signal(signal.SIGCONT)
        return first, self.stamp()

    def do_flood(self, step):
        first = self.stamp()
        self.machine.flood(step.lasts)
        return first, self.stamp()

    def do_sleep(self, step, state):
        number = self.machine.send_order("run", f"echo {state} >/sys/power/state")
        time.sleep(step.lasts)
        if state == "mem":
            self.machine.control("system_wakeup")
        else:
            self.machine.send_order("stamp")  # the agent's terminal wakes the machine
        answer = self.machine.answer(number, limit_s=step.lasts + 60)
        if answer.status != 0:
            raise Trouble(f"the guest cannot sleep by '{state}'")
        return Span(answer.begin, answer.begin), Span(answer.end, answer.end)

    def do_snapshot(self, step):
        first = self.stamp()
        self.machine.control("human-monitor-command", **{"command-line": "savevm lab"})
        time.sleep(step.lasts)
        self.machine.control("human-monitor-command", **{"command-line": "loadvm lab"})
        return first, self.stamp()


def make_disks(scenario, system, folder):
    """@returns the machine's disks in the guest's order: vda, vdb and so on."""
    disks = [
        ("system", folder / "system.img"),
        ("data", folder / "data.img"),
        ("results", folder / "results.img"),
    ]
    shutil.copyfile(system, disks[0][1])
    make_disk(disks[1][1], DATA_MIB)
    make_disk(disks[2][1], RESULTS_MIB, file_system=False)
    if scenario.swap_mib:
        disks.append(("swap", folder / "swap.img"))
        make_disk(disks[3][1], scenario.swap_mib, file_system=False)
    if not scenario.writable_snapshot:
        return disks
    result = []
    for name, raw in disks:
        image = raw.with_suffix(".qcow2")
        run(["qemu-img", "convert", "-O", "qcow2", raw, image])
        result.append((name, image))
    return result


def unpack_results(image, folder):
    if image.suffix == ".qcow2":
        run(["qemu-img", "convert", "-O", "raw", image, image.with_suffix(".raw")])
        image = image.with_suffix(".raw")
    try:
        with tarfile.open(image, "r:") as archive:
            for member in archive:
                if member.isfile():
                    content = archive.extractfile(member).read()
                    (folder / member.name.split("/")[-1]).write_bytes(content)
    except tarfile.TarError as problem:
        raise Trouble(f"the guest wrote no results: {problem}") from None


def play_scenario(scenario, guest, seed, folder, say):
    """Plays a scenario in a new machine, whose files stay in the folder. @returns the recording."""
    kernel, initramfs, system = guest
    disks = make_disks(scenario, system, folder)
    try:
        with Machine(
            kernel, initramfs, disks, scenario, folder, scenario.lasts() + SPARE_S
        ) as machine:
            say("booting")
            machine.wait_until_up()
            player = Player(machine, scenario, seed, say)
            player.set_up()
            begin, end, marks = player.play()
            say("gathering")
            machine.order("run", "killall -TERM victim")
            machine.order(
                "run",
                f"pmactor events --data {DATA} --limit all --json >/log/events.json",
                limit_s=120,
            )
            machine.order("run", f"pmactor inspect --data {DATA} >/log/inspect 2>&1", limit_s=120)
            machine.end()
        unpack_results(disks[2][1], folder)
    finally:
        for image in folder.glob("*.img"):
            image.unlink()
        for image in [*folder.glob("*.qcow2"), *folder.glob("*.raw")]:
            image.unlink()
    felt = read_felt((folder / "felt").read_text())
    events = json.loads((folder / "events.json").read_text())
    waits = to_guest_waits(machine.host.readings, machine.stamps)
    noted = folder / "disks"
    idle = read_idle_disks(noted.read_text()) if noted.exists() else []
    return Recording(begin, end, felt, marks, events, waits, idle)
