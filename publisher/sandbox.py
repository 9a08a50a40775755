"""Fences around a process that runs strangers' queries: no network, no core file, an end with its parent (Linux).

The seccomp filter is classic BPF (see the kernel's Documentation/userspace-api/seccomp_filter.rst). It makes socket(),
io_uring_setup() and execve() fail with EACCES, so that even a query that fooled every other check reaches nobody.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_LOAD, _JUMP_EQUAL, _RETURN = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000 | errno.EACCES
#: Per machine: the audit architecture, and the numbers of the system calls that are refused.
_CALLS = {
    "x86_64": (0xC000003E, (41, 425, 59, 322)),  # socket, io_uring_setup, execve, execveat
    "aarch64": (0xC00000B7, (198, 425, 221, 281)),
}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def die_with_parent(parent: int) -> None:
    """Have the kernel end this process when the thread that started it ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the call
        os._exit(1)


def limit_memory(allowance: int) -> None:
    """Let this process take `allowance` bytes of address space more than it has now, and write no core file."""
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + allowance, size + allowance))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_time(seconds: float) -> None:
    """End this process when it has used so many further seconds of processor time; a fence behind the deadline."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def close_network() -> bool:
    """Take the ability to open a socket from this process; False where the machine or kernel knows no such filter."""
    if platform.machine() not in _CALLS:
        return False
    architecture, refused = _CALLS[platform.machine()]
    count = len(refused)
    steps = [
        struct.pack("HBBI", _LOAD, 0, 0, 4),  # the architecture
        struct.pack("HBBI", _JUMP_EQUAL, 0, count + 1, architecture),
        struct.pack("HBBI", _LOAD, 0, 0, 0),  # the number of the call
        *(struct.pack("HBBI", _JUMP_EQUAL, count - place, 0, call) for place, call in enumerate(refused)),
        struct.pack("HBBI", _RETURN, 0, 0, _ALLOW),
        struct.pack("HBBI", _RETURN, 0, 0, _FAIL),
    ]
    program = _Program(len(steps), b"".join(steps))
    libc = ctypes.CDLL(None)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)
