"""A cable between two network namespaces that can be slow, lossy, narrow or cut, while packets run.

Linux has netem for this, but not every kernel has netem. This makes a TUN device in each of the two namespaces and carries
what is written into one to the other. Arguments: namespace and device of the upper end ("up" is what is read there), then
of the lower end.

JSON lines come in on stdin, and each is answered by one on stdout with the same "id":
  {"id": 1, "set": {"up": {"delayMs": 20, "lossPercent": 0, "rateKbit": 0, "cut": false}, "down": {…}}}
      Every field may be left out and then stays as it is. rateKbit 0: as fast as it goes.
  {"id": 2, "count": "reset"}   answers {"up": COUNTS, "down": COUNTS} since the last "reset"; "keep" does not reset
Ends with stdin.
"""

import collections
import ctypes
import fcntl
import json
import os
import random
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
CLONE_NEWNET = 0x40000000
# What waits for a narrow cable; a home router holds about as much before it drops.
QUEUE_SECONDS = 0.25
PACKETS_AT_ONCE = 64


def open_tun(namespace, device):
    """A file that carries the IP packets of a new device in that namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    place = os.open("/var/run/netns/" + namespace, os.O_RDONLY)
    # The device is born where it belongs: in no other namespace is it ever seen.
    if libc.setns(place, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns " + namespace)
    os.close(place)
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", device.encode(), IFF_TUN | IFF_NO_PI))
    return tun


class Direction:
    """One way along the cable. Keeps the order of packets, as cables do."""

    def __init__(self, source, target):
        self.source, self.target = source, target
        self.delayMs, self.lossPercent, self.rateKbit, self.cut = 0, 0, 0, False
        self.under_way = collections.deque()
        self.last_due = self.line_free_at = 0.0
        self.reset()

    def reset(self):
        # lost: by chance; cut: by the cut; full: the queue of a narrow cable; refused: nobody took it at the other end.
        # lateMs: how much later than asked a packet was delivered, at most; late: how many by more than 5 ms.
        self.counts = dict(packets=0, bytes=0, lost=0, cut=0, full=0, refused=0, lateMs=0.0, late=0)

    def set(self, values):
        for name, value in values.items():
            if name not in ("delayMs", "lossPercent", "rateKbit", "cut"):
                raise ValueError("unknown: " + name)
            setattr(self, name, value)
        if self.cut:
            self.counts["cut"] += len(self.under_way)
            self.under_way.clear()
            self.last_due = self.line_free_at = 0.0

    def take_in(self, now):
        for _ in range(PACKETS_AT_ONCE):
            try:
                packet = os.read(self.source, 65536)
            except BlockingIOError:
                return
            self.take(packet, now)

    def take(self, packet, now):
        if self.cut:
            self.counts["cut"] += 1
        elif self.lossPercent > 0 and random.random() * 100 < self.lossPercent:
            self.counts["lost"] += 1
        elif self.rateKbit > 0 and self.line_free_at - now > QUEUE_SECONDS:
            self.counts["full"] += 1
        else:
            sent_at = now
            if self.rateKbit > 0:
                sent_at = max(now, self.line_free_at) + len(packet) / (self.rateKbit * 125)
                self.line_free_at = sent_at
            self.last_due = max(self.last_due, sent_at + self.delayMs / 1000)
            self.under_way.append((self.last_due, packet))

    def deliver(self, now):
        counts = self.counts
        while self.under_way and self.under_way[0][0] <= now:
            due, packet = self.under_way.popleft()
            late = (now - due) * 1000
            counts["lateMs"] = max(counts["lateMs"], late)
            counts["late"] += late > 5
            try:
                os.write(self.target, packet)
            except OSError:
                counts["refused"] += 1
                continue
            counts["packets"] += 1
            counts["bytes"] += len(packet)

    def next_due(self):
        return self.under_way[0][0] if self.under_way else None


def answer(message, directions):
    reply = {"id": message["id"]}
    for way, values in message.get("set", {}).items():
        directions[way].set(values)
    if "count" in message:
        for way, direction in directions.items():
            reply[way] = dict(direction.counts)
            if message["count"] == "reset":
                direction.reset()
    return reply


def main():
    upper_namespace, upper_device, lower_namespace, lower_device = sys.argv[1:]
    upper = open_tun(upper_namespace, upper_device)
    lower = open_tun(lower_namespace, lower_device)
    directions = {"up": Direction(upper, lower), "down": Direction(lower, upper)}
    by_source = {direction.source: direction for direction in directions.values()}
    try:
        # Two browsers beside it want all of the processor; a cable does not wait for them.
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except OSError:
        os.nice(-10)
    print(json.dumps({"id": 0}), flush=True)
    rest = b""
    while True:
        dues = [due for due in (one.next_due() for one in directions.values()) if due is not None]
        wait = max(0.0, min(dues) - time.monotonic()) if dues else None
        readable, _, _ = select.select([0, upper, lower], [], [], wait)
        now = time.monotonic()
        for file in readable:
            if file in by_source:
                by_source[file].take_in(now)
                continue
            data = os.read(0, 65536)
            if not data:
                return
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                print(json.dumps(answer(json.loads(line), directions)), flush=True)
        now = time.monotonic()
        for direction in directions.values():
            direction.deliver(now)


main()
