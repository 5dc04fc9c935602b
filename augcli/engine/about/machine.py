"""What this machine has: processor, memory, disk, installed packages, and devices that torch sees."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

from augcli.engine.state.device import worker_count
from augcli.engine.state.options import RunOptions
from augcli.engine.state.provenance import cpu_flags

_TORCH_SECONDS = 90
# Runs in a process of its own, because a broken driver may hang or crash it.
_ASK_TORCH = """
import json, torch
devices = []
if torch.cuda.is_available():
    for number in range(torch.cuda.device_count()):
        found = torch.cuda.get_device_properties(number)
        free = torch.cuda.mem_get_info(number)[0]
        devices.append([f"cuda:{number}", found.name, found.total_memory, free, f"{found.major}.{found.minor}"])
        torch.ones(8, device=f"cuda:{number}").sum().item()
print(json.dumps({"version": torch.__version__, "built_for": torch.version.cuda, "devices": devices}))
"""


class HealthCheck(NamedTuple):
    """The result of one check. `state` is "ok", "missing" (something does not work without it) or "note"."""

    section: str
    name: str
    state: str
    detail: str


def look_at_machine(folder: str = ".") -> Iterator[HealthCheck]:
    """Python, processor, memory, and the disk that `folder` lies on."""
    yield HealthCheck("machine", "python", "ok", f"{platform.python_version()} ({sys.executable})")
    yield HealthCheck("machine", "platform", "ok", platform.platform())
    usable = worker_count(RunOptions())
    quota = _quota()
    limited = f"; the container may use {quota:g}" if quota and quota < usable else ""
    yield HealthCheck("machine", "cores", "ok", f"{usable} usable of {os.cpu_count()}{limited}")
    flags = cpu_flags()
    yield HealthCheck("machine", "vector instructions", "ok" if flags else "note", ", ".join(flags) or "unknown on this platform")
    yield HealthCheck("machine", "memory", "ok", _memory())
    disk = shutil.disk_usage(folder)
    state = "ok" if disk.free > 1_000_000_000 else "note"
    yield HealthCheck("machine", "disk", state, f"{_gb(disk.free)} free of {_gb(disk.total)} in {os.path.abspath(folder)}")


def look_at_packages() -> Iterator[HealthCheck]:
    """The packages that augcli declares as dependencies, and its extras."""
    yield HealthCheck("packages", "augcli", "ok", _version("augcli"))
    for requirement in importlib.metadata.requires("augcli") or ():
        match = re.match(r"[\w.-]+", requirement)
        if match is None:
            continue
        extra = re.search(r"extra == ['\"]([\w-]+)['\"]", requirement)
        name, found = match.group(), _version(match.group())
        if extra is not None and extra.group(1) == "test":
            continue
        if found:
            yield HealthCheck("packages", name, "ok", found)
        elif extra is None:
            yield HealthCheck(
                "packages", name, "missing", f"not installed; pip install '{requirement.partition(';')[0].strip()}'"
            )
        else:
            yield HealthCheck("packages", name, "note", f"not installed (optional); pip install 'augcli[{extra.group(1)}]'")


def look_at_torch(seconds: float = _TORCH_SECONDS) -> Iterator[HealthCheck]:
    """Whether torch works, and on which devices."""
    told = _ask_torch(seconds)
    if isinstance(told, str):
        yield HealthCheck("devices", "torch", "missing", told)
        return
    built = f"built for CUDA {told['built_for']}" if told["built_for"] else "built for the CPU only"
    yield HealthCheck("devices", "torch", "ok", f"{told['version']}, {built}")
    for name, product, total, free, capability in told["devices"]:
        yield HealthCheck("devices", name, "ok", f"{product}, {_gb(free)} free of {_gb(total)}, compute capability {capability}")
    if not told["devices"]:
        yield HealthCheck("devices", "cuda", "note", "torch finds no CUDA device; everything runs on the CPU")


def _ask_torch(seconds: float) -> dict[str, Any] | str:
    """What torch reports, or a message saying why it reports nothing."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", _ASK_TORCH],
            capture_output=True,
            text=True,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"does not answer within {seconds:g} s; a driver may be hanging"
    except OSError as error:
        return f"cannot be started: {error.strerror}"
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        return lines[-1] if lines else f"ended with exit code {done.returncode}"
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _memory() -> str:
    """Available and total memory, and the container's limit if it has one."""
    numbers = {}
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            for line in file:
                key, _, rest = line.partition(":")
                numbers[key] = int(rest.split()[0]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    if "MemTotal" not in numbers:
        return "unknown on this platform"
    text = f"{_gb(numbers.get('MemAvailable', 0))} available of {_gb(numbers['MemTotal'])}"
    limit = _number_in("/sys/fs/cgroup/memory.max") or _number_in("/sys/fs/cgroup/memory/memory.limit_in_bytes")
    return f"{text}; the container's limit is {_gb(limit)}" if limit and limit < numbers["MemTotal"] else text


def _quota() -> float:
    """How many cores' worth of time the container may use; 0 for no limit."""
    try:
        with open("/sys/fs/cgroup/cpu.max", encoding="ascii") as file:
            allowed, period = file.read().split()
        return 0.0 if allowed == "max" else int(allowed) / int(period)
    except (OSError, ValueError):
        return 0.0


def _number_in(path: str) -> int:
    try:
        with open(path, encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return 0


def _gb(count: float) -> str:
    return f"{count / 1e9:.1f} GB"
