"""A virtual machine under QEMU's software emulation, as not every host has another one."""

import ctypes
import json
import select
import signal
import socket
import subprocess
import time
from dataclasses import dataclass

from host_watch import HostWatch, read_waited
from recording import Moment, Span

PR_SET_PDEATHSIG = 1
QEMU = "qemu-system-x86_64"


class Trouble(Exception):
    """The machine did not do what it was asked for in time."""


@dataclass
class Answer(Span):
    """What the agent said of an order."""

    status: int


def parse_answer(line):
    """@returns the order's number and the answer, or None if the line is none."""
    words = line.split()
    if len(words) != 9 or words[0] != "done":
        return None
    clocks = [float(x) for x in words[3:]]
    return words[1], Answer(Moment(*clocks[:3]), Moment(*clocks[3:]), int(words[2]))


def die_with_parent():
    """The guest ends with this process, however that ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class LineChannel:
    """A socket of lines, read with a deadline."""

    def __init__(self, end):
        self.socket = end
        self.pending = b""

    def write(self, line):
        self.socket.sendall(line.encode() + b"\n")

    def read(self, deadline):
        """@returns the next line, or None if none came before the deadline."""
        while b"\n" not in self.pending:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.socket], [], [], left)[0]:
                return None
            block = self.socket.recv(65536)
            if not block:
                raise Trouble("the machine ended")
            self.pending += block
        line, _, self.pending = self.pending.partition(b"\n")
        return line.decode(errors="replace").rstrip("\r")


class Patience:
    """How long a machine may take for something. While the host keeps its CPUs waiting, no time passes."""

    def __init__(self, machine, limit_s):
        self.machine = machine
        self.limit_s = limit_s
        self.began = time.monotonic()
        self.waited = machine.waited()

    def ends(self):
        """@returns when, as far as is known now."""
        held_up = (self.machine.waited() - self.waited) / self.machine.cpus
        return min(self.began + self.limit_s + held_up, self.machine.deadline)

    def is_over(self):
        return time.monotonic() >= self.ends()


class Machine:
    """One guest, from its start to its end; a context manager that leaves nothing behind."""

    def __init__(self, kernel, initramfs, disks, setup, folder, limit_s, more=()):
        self.orders = 0
        self.cpus = setup.cpus
        self.stamps = []  # the host's monotonic time and the guest's wall clock at each answer
        self.deadline = time.monotonic() + limit_s
        monitor, self_monitor = socket.socketpair()
        agent, self_agent = socket.socketpair()
        network, self_network = socket.socketpair()
        command = [
            QEMU,
            "-accel",
            "tcg,thread=multi",
            "-cpu",
            "max",
            "-m",
            str(setup.memory_mib),
            "-smp",
            str(setup.cpus),
            "-name",
            "lab,debug-threads=on",  # so that the threads that play CPUs can be distinguished
            "-nodefaults",
            "-no-reboot",
            "-display",
            "none",
            "-rtc",
            f"base={getattr(setup, 'clock', 'utc')},clock=host",
            "-kernel",
            kernel,
            "-initrd",
            initramfs,
            "-append",
            # On a busy host the emulated timer may be too late for the kernel's own check of it at boot.
            f"console=ttyS0 quiet panic=-1 no_timer_check rootfstype=ramfs {setup.kernel}",
            "-serial",
            f"file:{folder / 'console'}",
            "-chardev",
            f"socket,id=agent,fd={agent.fileno()}",
            "-serial",
            "chardev:agent",
            "-chardev",
            f"socket,id=monitor,fd={monitor.fileno()}",
            "-mon",
            "chardev=monitor,mode=control",
            "-netdev",
            f"socket,id=network,fd={network.fileno()}",
            "-device",
            "virtio-net-pci,netdev=network,romfile=",
        ]
        command += more
        for name, image in disks:
            kind = "qcow2" if image.suffix == ".qcow2" else "raw"
            command += [
                "-drive",
                f"file={image},format={kind},if=none,id={name},cache=writeback,aio=threads",
                "-device",
                f"virtio-blk-pci,drive={name}",
            ]
        self.log = open(folder / "qemu", "w", encoding="utf-8")
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            pass_fds=[x.fileno() for x in (monitor, agent, network)],
            preexec_fn=die_with_parent,
        )
        for end in (monitor, agent, network):
            end.close()
        self.monitor = LineChannel(self_monitor)
        self.agent = LineChannel(self_agent)
        self.network = self_network

        self.host = HostWatch(self.process.pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.host.stop()
        self.process.kill()
        self.process.wait()
        self.monitor.socket.close()
        self.agent.socket.close()
        self.network.close()
        self.log.close()

    def wait_until_up(self, limit_s=90, again=False):
        """@param again after a reset: the monitor has stayed what it was."""
        patience = Patience(self, limit_s)
        while not patience.is_over():
            line = self.agent.read(patience.ends())
            if line is not None and line.startswith("ready "):
                if not again:
                    self.control("qmp_capabilities")
                return
        raise Trouble(f"the guest was not up within {limit_s} s")

    def waited(self):
        """@returns how long the host has kept its CPUs waiting."""
        return read_waited(self.process.pid)

    def wait_until_off(self, limit_s=60):
        try:
            self.process.wait(limit_s)
        except subprocess.TimeoutExpired:
            raise Trouble(f"the guest did not end within {limit_s} s") from None

    def control(self, command, **arguments):
        """Asks QEMU for something, and waits until it has done it."""
        self.monitor.write(json.dumps({"execute": command, "arguments": arguments}))
        deadline = time.monotonic() + 60
        while (line := self.monitor.read(deadline)) is not None:
            answer = json.loads(line)
            if "error" in answer:
                raise Trouble(f"QEMU refused {command}: {answer['error'].get('desc')}")
            if "return" in answer:
                return answer["return"]
        raise Trouble(f"QEMU did not answer {command}")

    def order(self, verb, command="", limit_s=120):
        """Has the agent do something, and waits for its answer."""
        return self.answer(self.send_order(verb, command), limit_s)

    def send_order(self, verb, command=""):
        self.orders += 1
        self.agent.write(f"{self.orders} {verb} {'; '.join(command.splitlines())}")
        return str(self.orders)

    def answer(self, number, limit_s):
        """Waits for the agent's answer to an order."""
        deadline = min(time.monotonic() + limit_s, self.deadline)
        while (line := self.agent.read(deadline)) is not None:
            parsed = parse_answer(line)
            if parsed and parsed[0] == number:
                self.stamps.append((time.monotonic(), parsed[1].end.wall))
                return parsed[1]
        raise Trouble(f"the guest did not answer order {number} within {limit_s} s")

    def throttle(self, disk, **limits):
        """Limits a disk (`iops`, `bps`); without limits it is free again."""
        every = dict.fromkeys(("bps", "bps_rd", "bps_wr", "iops", "iops_rd", "iops_wr"), 0)
        self.control("block_set_io_throttle", device=disk, **{**every, **limits})

    def flood(self, seconds):
        """Sends the guest as many small packets as it takes."""
        frame = b"\xff" * 6 + b"\x02\0\0\0\0\x01" + b"\x08\x00" + bytes(46)
        block = (len(frame).to_bytes(4, "big") + frame) * 64
        ends, rest = time.monotonic() + seconds, b""
        while time.monotonic() < ends:
            rest = rest or block
            if select.select([], [self.network], [], 0.1)[1]:
                rest = rest[self.network.send(rest, socket.MSG_DONTWAIT) :]
            if not rest:
                time.sleep(0.0005)  # leaves the host's CPUs to the guest

    def signal(self, number):
        self.process.send_signal(number)

    def end(self, limit_s=60):
        """Has the guest write down its results and switch itself off."""
        self.orders += 1
        self.agent.write(f"{self.orders} end")
        self.wait_until_off(limit_s)
