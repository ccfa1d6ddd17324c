"""Builds the guest: the distribution's own kernel, which is not installed, and an initramfs.

The program under test and its libraries lie on a disk of the guest, as on any machine, so that they
can be evicted and have to be read again; the agent and its shell lie in the initramfs, which stays
in memory.
"""

import glob
import os
import re
import shutil
import subprocess
from pathlib import Path

SOURCES = Path(__file__).parent / "guest"
# The cloud's kernel is small, and has a part of the drivers.
KERNELS = {"cloud": "linux-image-cloud-amd64", "generic": "linux-image-amd64"}
# Loaded at boot, with what they depend on.
MODULES = ["virtio_pci", "virtio_blk", "fuse", "crc32c_generic", "ext4"]
# Loaded by the scenarios that need them, from the system disk.
MORE_MODULES = ["scsi_debug", "sd_mod", "nfsd", "nfsv4", "virtio_net", "ramoops", "i6300esb"]
# One program for each source, with the names that it is called by.
PROGRAMS = {
    "agent.cpp": ["agent"],
    "victim.cpp": ["victim"],
    "fuse_mount.cpp": ["fuse-mount"],
    "x_server.cpp": ["x-server"],
    "load.cpp": [
        "hog-cpu",
        "hog-rt",
        "hog-memory",
        "hog-fork",
        "hog-sync",
        "hog-lesser",
        "hog-write",
        "compiler",
    ],
}
ON_DISK = ("victim",)


class CannotBuild(Exception):
    """Something is missing on this host; the sentence says what."""


class NoKernel(CannotBuild):
    """The distribution's kernel is not to be had here."""


def run(command, **options):
    """Runs a tool; its output is shown only if it fails."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options
    )
    if done.returncode != 0:
        raise CannotBuild(f"{' '.join(map(str, command))} failed: {done.stdout.strip()[-500:]}")
    return done.stdout


def fetch_kernel(folder, flavour):
    """@returns the folder with the unpacked kernel package, downloaded if it is not there yet."""
    unpacked = folder / "kernel"
    if glob.glob(str(unpacked / "boot/vmlinuz-*")):
        return unpacked
    try:
        depends = run(["apt-cache", "depends", KERNELS[flavour]])
        name = re.findall(r"Depends: (linux-image-\d\S*)", depends)[0]
        run(["apt-get", "download", name], cwd=folder)
        package = sorted(folder.glob(f"{name}_*.deb"))[-1]
    except (CannotBuild, IndexError) as problem:
        raise NoKernel(
            f"the package that {KERNELS[flavour]} stands for is not to be had: {problem}"
        ) from None
    scratch = folder / "kernel.new"
    shutil.rmtree(scratch, ignore_errors=True)
    run(["dpkg", "-x", package, scratch])
    run(["/bin/busybox", "depmod", "-b", scratch, kernel_version(scratch)])
    package.unlink()
    scratch.rename(unpacked)
    return unpacked


def kernel_version(unpacked):
    return next((unpacked / "lib/modules").iterdir()).name


def kernel_image(unpacked):
    return next((unpacked / "boot").glob("vmlinuz-*"))


def modules_in_order(unpacked, names):
    """@returns the modules' paths in the kernel's own folder, each after those that it needs."""
    root = unpacked / "lib/modules" / kernel_version(unpacked)
    depends = {}
    for line in (root / "modules.dep").read_text().splitlines():
        file, _, rest = line.partition(":")
        depends[file] = rest.split()
    by_name = {Path(file).stem.replace("_", "-"): file for file in depends}
    result = []
    for name in names:
        file = by_name.get(name.replace("_", "-"))
        if file is None:  # this kernel has it built in, or not at all
            continue
        result += [x for x in [*reversed(depends[file]), file] if x not in result]
    return result


def copy_modules(unpacked, names, folder):
    files = modules_in_order(unpacked, names)
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(unpacked / "lib/modules" / kernel_version(unpacked) / file, folder / file)
    return files


def compile_programs(folder):
    """Compiles what is newer than its program."""
    out = folder / "programs"
    out.mkdir(exist_ok=True)
    newest_header = max(x.stat().st_mtime for x in SOURCES.glob("*.hpp"))
    for source in PROGRAMS:
        program = out / Path(source).stem
        newest = max((SOURCES / source).stat().st_mtime, newest_header)
        if not program.exists() or program.stat().st_mtime < newest:
            run(
                [
                    "g++",
                    "-std=c++20",
                    "-O2",
                    "-Wall",
                    "-Wextra",
                    "-static",
                    "-o",
                    program,
                    SOURCES / source,
                ]
            )
    return out


def copy_program(out, source, folder):
    names = PROGRAMS[source]
    shutil.copy2(out / Path(source).stem, folder / names[0])
    for other in names[1:]:
        (folder / other).symlink_to(names[0])


def build_initramfs(folder, unpacked, programs):
    root = folder / "initramfs"
    shutil.rmtree(root, ignore_errors=True)
    for name in ("bin", "proc", "sys", "dev", "etc", "run", "log", "tmp", "system", "data", "mnt"):
        (root / name).mkdir(parents=True)
    # The program under test finds its loader and libraries where it was linked to look for them.
    for name in ("lib", "lib64", "usr"):
        (root / name).symlink_to(f"system/{name}")
    shutil.copy2("/bin/busybox", root / "bin/busybox")
    shutil.copy2(SOURCES / "init", root / "init")
    for script in (SOURCES / "bin").iterdir():
        shutil.copy2(script, root / "bin")
    for source, names in PROGRAMS.items():
        if names[0] not in ON_DISK:
            copy_program(programs, source, root / "bin")
    files = copy_modules(unpacked, MODULES, root / "modules")
    (root / "etc/modules").write_text("".join(f"/modules/{x}\n" for x in files))
    image = folder / "initramfs.gz"
    with open(image, "wb") as out:
        listed = subprocess.run(["find", "."], cwd=root, stdout=subprocess.PIPE, check=True)
        packed = subprocess.run(
            ["cpio", "-o", "-H", "newc", "--quiet"],
            cwd=root,
            input=listed.stdout,
            stdout=subprocess.PIPE,
            check=True,
        )
        subprocess.run(["gzip", "-1"], input=packed.stdout, stdout=out, check=True)
    shutil.rmtree(root)
    return image


def build_system_disk(folder, unpacked, program, programs):
    """A machine's first disk, with the program under test, its libraries and the victims."""
    root = folder / "system"
    shutil.rmtree(root, ignore_errors=True)
    for name in ("bin", "lib", "lib64", "usr/lib", "pmactor"):
        (root / name).mkdir(parents=True)
    shutil.copy2(program, root / "bin/pmactor")
    for library in re.findall(r"(/\S+) \(0x", run(["ldd", program])):
        target = root / library.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(library, target)
    shutil.copy2("/bin/busybox", root / "bin/true")
    copy_program(programs, "victim.cpp", root / "bin")
    version = kernel_version(unpacked)
    copy_modules(unpacked, MORE_MODULES, root / "lib/modules" / version)
    shutil.copy2(unpacked / "lib/modules" / version / "modules.dep", root / "lib/modules" / version)
    image = folder / "system.img"
    make_disk(image, 256, root)
    shutil.rmtree(root)
    return image


def make_disk(image, mebibytes, content=None, file_system=True):
    """A sparse image, with an ext4 file system if asked for."""
    image.unlink(missing_ok=True)
    with open(image, "wb") as out:
        out.truncate(mebibytes << 20)
    if file_system:
        run(
            [
                "mkfs.ext4",
                "-q",
                "-E",
                "lazy_itable_init=0,lazy_journal_init=0",
                *(["-d", content] if content else []),
                image,
            ],
            env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"},
        )


def build_guest(folder, program, flavour="cloud"):
    """@returns the kernel, the initramfs and the system disk."""
    common, folder = folder, folder if flavour == "cloud" else folder / flavour
    folder.mkdir(parents=True, exist_ok=True)
    unpacked = fetch_kernel(folder, flavour)
    programs = compile_programs(common)
    initramfs = build_initramfs(folder, unpacked, programs)
    system = build_system_disk(folder, unpacked, program, programs)
    return kernel_image(unpacked), initramfs, system
