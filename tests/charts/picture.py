"""Read a PNG as an array, so that tests can look for ink. Eight bits a channel, not interlaced."""

import struct
import zlib

import numpy as np


def pixels(png: bytes) -> np.ndarray:
    """Return the grey values of a PNG, shape (height, width), 0 black to 255 white."""
    place, data, header = 8, b"", (0, 0, 0, 0)
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        body = png[place + 8 : place + 8 + length]
        if kind == b"IHDR":
            header = struct.unpack(">IIBB", body[:10])
        data += body if kind == b"IDAT" else b""
        place += length + 12
    width, height, depth, colour = header
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    assert depth == 8
    raw = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, width * channels + 1)
    rows = np.zeros((height, width * channels), np.int32)
    for y in range(height):
        rows[y] = _unfiltered(
            int(raw[y, 0]), raw[y, 1:].astype(np.int32), rows[y - 1] if y else rows[y] * 0, channels
        )
    return rows.reshape(height, width, channels)[..., : min(channels, 3)].mean(axis=2)


def _unfiltered(kind: int, line: np.ndarray, above: np.ndarray, step: int) -> np.ndarray:
    if kind == 0:
        return line
    if kind == 2:
        return (line + above) % 256
    out = np.zeros_like(line)
    for x in range(len(line)):
        left, up = int(out[x - step]) if x >= step else 0, int(above[x])
        corner = int(above[x - step]) if x >= step else 0
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + up) // 2
        else:
            distances = [abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)]
            guess = (left, up, corner)[distances.index(min(distances))]
        out[x] = (line[x] + guess) % 256
    return out
