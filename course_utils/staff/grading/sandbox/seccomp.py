"""A filter of system calls: what no solution of an exercise has any use for.

It takes away doors to the kernel that most escapes went through; stores of memory that no limit of
a process counts (shared memory, files in memory, what waits in sockets, what the kernel remembers
for inotify, epoll, asynchronous input and the like); ways to compute without being counted soon
(another scheduling, a parent that waits as if for a disk); what keeps all disks busy (``sync``);
and what tells of this machine (its messages, its mounts). The sandbox holds without it, but for one
kind of socket that minds no network namespace: VSOCK leads from a virtual machine to its host.

A refused call fails with "operation not permitted"; the rest of the program goes on. ``clone``
starts threads and processes, and is refused where it would make a namespace as well, as ``unshare``
is, or do as ``vfork``. What ``clone3`` is asked for a filter cannot see: it is not there, and
libraries fall back.
"""

import platform
import struct

# Linux's numbers for (x86-64, ARM64); None where an architecture lacks the call.
REFUSED = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "shmget": (29, 194),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "kexec_load": (246, 104),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "open_by_handle_at": (304, 265),
    "io_setup": (206, 0),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "epoll_create": (213, None),
    "epoll_create1": (291, 20),
    "timer_create": (222, 107),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
    "sched_setaffinity": (203, 122),
    "setpriority": (141, 140),
    "vfork": (58, None),
    "sync": (162, 81),
    "syncfs": (306, 267),
    "syslog": (103, 116),
    "statmount": (457, 457),
    "listmount": (458, 458),
}
# The same for the two ways to start a process, and what of the first one's flags is refused: a
# namespace, and that the parent waits for its child's end.
CLONE, CLONE3 = (56, 220), (435, 435)
NAMESPACES, VFORK = 0x7E020000, 0x00004000
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_LOAD, _EQUAL, _ABOVE, _ANY, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
# Refused is errno 1, EPERM; absent is errno 38, ENOSYS.
_ALLOW, _REFUSE, _ABSENT, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000


def program() -> bytes | None:
    """Return the filter as bubblewrap takes it, or None where we have no numbers."""
    if platform.machine() not in _ARCHITECTURES:
        return None
    column, architecture = _ARCHITECTURES[platform.machine()]
    numbers = sorted({row[column] for row in REFUSED.values()} - {None})
    rules = [
        (_LOAD, 0, 0, 4),  # the architecture: another one counts its calls differently
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # the number of the call
    ]
    if column == 0:  # x32, the other way to number the calls of this processor
        rules += [(_ABOVE, 0, 1, 0x40000000), (_RETURN, 0, 0, _KILL)]
    for number in numbers:
        rules += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    rules += [(_EQUAL, 0, 1, CLONE3[column]), (_RETURN, 0, 0, _ABSENT)]
    rules += [
        (_EQUAL, 0, 3, CLONE[column]),
        (_LOAD, 0, 0, 16),  # the call's first argument, its lower half
        (_ANY, 0, 1, NAMESPACES | VFORK),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *rule) for rule in rules)
