"""Outlook messages for tests: a compound file ([MS-CFB], version 3) of the streams that [MS-OXMSG] names."""

import struct
from datetime import UTC, datetime
from itertools import count

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
Tree = dict[str, "bytes | Tree"]


def fixed(*properties: tuple[int, int, bytes], header: int) -> bytes:
    """The stream of fixed properties: field, type, value."""
    rows = [struct.pack("<HHI", kind, field, 6) + value.ljust(8, b"\0") for field, kind, value in properties]
    return b"\0" * header + b"".join(rows)


def text(field: str, value: str) -> Tree:
    return {f"__substg1.0_{field}001F": value.encode("utf-16-le")}


def recipient(name: str, address: str, kind: int = 1) -> Tree:
    return {
        **text("3001", name),
        **text("39FE", address),
        "__properties_version1.0": fixed((0x0C15, 3, struct.pack("<I", kind)), header=8),
    }


def attached(name: str, data: "bytes | Tree") -> Tree:
    content = {"__substg1.0_37010102": data} if isinstance(data, bytes) else {"__substg1.0_3701000D": data}
    return {**text("3707", name), **content, "__properties_version1.0": fixed(header=8)}


def message(
    subject: str, body: str, *attachments: Tree, sent: datetime | None = None, header: int = 24, **more: bytes
) -> Tree:
    """The streams of a message from Ann Lee to Bob and, in copy, Zoë Kraus."""
    ticks = int((sent - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds() * 10**7) if sent else 0
    times = [(0x0039, 0x40, struct.pack("<Q", ticks))] if sent else []
    tree: Tree = {
        **text("0037", subject),
        **(text("1000", body) if body else {}),
        **text("001A", "IPM.Note"),
        **text("0C1A", "Lee, Ann"),
        **text("5D01", "ann@example.org"),
        "__recip_version1.0_#00000000": recipient("Bob", "bob@example.org"),
        "__recip_version1.0_#00000001": recipient("Zoë Kraus", "zoe@example.org", 2),
        "__properties_version1.0": fixed(*times, header=header),
        **more,
    }
    for number, each in enumerate(attachments):
        tree[f"__attach_version1.0_#{number:08X}"] = each
    return tree


def compound(tree: Tree) -> bytes:
    """The file of a tree of streams and storages."""
    entries: list[list] = []  # name, kind, right, child, start, size
    small, big = bytearray(), []

    def add(name: str, node: "bytes | Tree", kind: int) -> int:
        index = len(entries)
        entries.append([name, kind, _FREE, _FREE, 0 if isinstance(node, dict) else _END, 0])
        if isinstance(node, dict):
            previous = None
            for child in sorted(node, key=lambda key: (len(key), key.upper())):
                own = add(child, node[child], 1 if isinstance(node[child], dict) else 2)
                entries[index if previous is None else previous][3 if previous is None else 2] = own
                previous = own
        elif len(node) < 4096:
            entries[index][4:] = [len(small) // 64 if node else _END, len(node)]
            small.extend(node + b"\0" * (-len(node) % 64))
        else:
            big.append((index, node))
            entries[index][5] = len(node)
        return index

    add("Root Entry", tree, 5)
    short = [1] * (len(small) // 64)
    sectors, chain = list[bytes](), list[int]()

    def put(data: bytes) -> int:
        pieces = [data[at : at + 512].ljust(512, b"\0") for at in range(0, len(data), 512)]
        start = len(sectors)
        sectors.extend(pieces)
        chain.extend([*range(start + 1, start + len(pieces)), _END] if pieces else [])
        return start if pieces else _END

    for index, node in big:
        entries[index][4] = put(node)
    entries[0][4:] = [put(bytes(small)), len(small)]
    for entry in entries:
        if entry[1] == 2 and 0 < entry[5] < 4096:
            first = entry[4]
            blocks = -(-entry[5] // 64)
            short[first : first + blocks] = [*range(first + 1, first + blocks), _END]
    short += [_FREE] * (-len(short) % 128)
    table = put(struct.pack(f"<{len(short)}I", *short))
    rows = b"".join(_entry(*entry) for entry in entries)
    folder = put(rows + _entry("", 0, _FREE, _FREE, 0, 0) * (-len(entries) % 4))
    fats = next(n for n in count(1) if n * 128 >= len(sectors) + n)
    start = len(sectors)
    chain += [_FAT] * fats
    chain += [_FREE] * (fats * 128 - len(chain))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
        + struct.pack("<IIIIIIIII", 0, fats, folder, 0, 4096, table, max(1, len(short) // 128), _END, 0)
        + struct.pack("<109I", *range(start, start + fats), *[_FREE] * (109 - fats))
    )  # fmt: skip
    return header + b"".join(sectors) + struct.pack(f"<{len(chain)}I", *chain)


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le") if name else b""
    return (
        encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded), kind, 1)
        + struct.pack("<III", _FREE, right, child) + b"\0" * 36 + struct.pack("<IQ", start & 0xFFFFFFFF, size)
    )  # fmt: skip
