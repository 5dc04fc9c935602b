"""What an output was made with: the versions and the machine that its bytes may depend on."""

from __future__ import annotations

import datetime
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from .device import Device

_PACKAGES = (
    "augcli", "numpy", "opencv-python-headless", "simplejpeg", "pillow", "stringzilla", "pi-heif", "soundfile", "torch",
    "torchaudio", "nlpaug",
)  # fmt: skip


def provenance(device: Device) -> dict[str, Any]:
    """The part of run.json that tells runs and machines apart. Nothing here is in the manifest."""
    return {
        "device": device.name,
        "machine": {
            "python": platform.python_version(),
            "platform": platform.platform(),
            "processor": platform.machine(),
            "cpu_flags": cpu_flags(),
        },
        "argv": sys.argv[1:],
        "finished_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }


def versions() -> dict[str, str]:
    """Installed versions of the packages whose code makes outputs."""
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def cpu_flags() -> list[str]:
    """The vector instruction sets that libraries choose their code by."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            flags = next((line.partition(":")[2].split() for line in file if line.startswith(("flags", "Features"))), [])
    except OSError:
        return []
    return sorted(flag for flag in flags if flag.startswith(("sse4", "avx", "fma", "asimd", "sve")))
