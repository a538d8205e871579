// Simple figures drawn by a program, always the same for a seed, as files of pictures.

import { deflateSync } from 'node:zlib';

type Line = [number, number][];

const arc = (x: number, y: number, rx: number, ry: number, from: number, to: number): Line =>
  Array.from({ length: 25 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / 24) * Math.PI) / 180;
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)];
  });
const spiral: Line = Array.from({ length: 50 }, (_, i) => {
  const [angle, radius] = [(i / 49) * 5 * Math.PI, 0.05 + (0.33 * i) / 49];
  return [0.5 + radius * Math.cos(angle), 0.5 + radius * Math.sin(angle)];
});
const star: Line = Array.from({ length: 6 }, (_, i) => {
  const angle = ((144 * i - 90) * Math.PI) / 180;
  return [0.5 + 0.4 * Math.cos(angle), 0.5 + 0.4 * Math.sin(angle)];
});

// prettier-ignore
const shapes: Record<string, Line[]> = {
  ring: [arc(0.5, 0.5, 0.35, 0.35, 0, 360)],
  cross: [[[0.15, 0.15], [0.85, 0.85]], [[0.85, 0.15], [0.15, 0.85]]],
  house: [[[0.2, 0.9], [0.2, 0.45], [0.5, 0.12], [0.8, 0.45], [0.8, 0.9], [0.2, 0.9]]],
  zigzag: [[[0.1, 0.3], [0.3, 0.7], [0.5, 0.3], [0.7, 0.7], [0.9, 0.3]]],
  spiral: [spiral],
  star: [star],
  line: [[[0.1, 0.5], [0.9, 0.5]]],
  face: [arc(0.5, 0.5, 0.38, 0.38, 0, 360), arc(0.36, 0.4, 0.04, 0.04, 0, 360), arc(0.64, 0.4, 0.04, 0.04, 0, 360), arc(0.5, 0.55, 0.2, 0.15, 20, 160)],
  ladder: [[[0.3, 0.1], [0.3, 0.9]], [[0.7, 0.1], [0.7, 0.9]], [[0.3, 0.3], [0.7, 0.3]], [[0.3, 0.5], [0.7, 0.5]], [[0.3, 0.7], [0.7, 0.7]]],
};
export const knownShapes = ['ring', 'cross', 'house'] as const;
export const unknownShapes = ['zigzag', 'spiral', 'star', 'line', 'face', 'ladder'] as const;

/** Numbers in [0, 1), always the same for a seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function distance(x: number, y: number, lines: Line[]): number {
  let least = Infinity;
  for (const line of lines)
    for (let i = 1; i < line.length; ++i) {
      const [[ax, ay], [bx, by]] = [line[i - 1]!, line[i]!];
      const [dx, dy] = [bx - ax, by - ay];
      const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1);
      const at = Math.min(1, Math.max(0, along));
      least = Math.min(least, (x - ax - at * dx) ** 2 + (y - ay - at * dy) ** 2);
    }
  return Math.sqrt(least);
}

const side = 64;

/** Dark lines on white, of a random size, place, slope and thickness: a gray byte a pixel. */
function drawn(lines: Line[], random: () => number): Buffer {
  const between = (low: number, high: number) => low + (high - low) * random();
  const [size, turn] = [side * between(0.7, 0.92), between(-0.22, 0.22)];
  const [left, top] = [side * between(0.43, 0.57), side * between(0.43, 0.57)];
  const placed = lines.map((line) =>
    line.map(([u, v]): [number, number] => {
      const x = (u - 0.5 + between(-0.015, 0.015)) * size;
      const y = (v - 0.5 + between(-0.015, 0.015)) * size;
      return [
        left + x * Math.cos(turn) - y * Math.sin(turn),
        top + x * Math.sin(turn) + y * Math.cos(turn),
      ];
    }),
  );
  const thickness = between(1.7, 3);
  const gray = Buffer.alloc(side * side);
  for (let i = 0; i < side * side; ++i) {
    const ink = thickness + 0.5 - distance((i % side) + 0.5, Math.floor(i / side) + 0.5, placed);
    gray[i] = Math.round(255 - 235 * Math.min(1, Math.max(0, ink)));
  }
  return gray;
}

function crc(bytes: Buffer): number {
  let c = ~0;
  for (const byte of bytes) {
    c ^= byte;
    for (let k = 0; k < 8; ++k) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return ~c >>> 0;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc(body));
  return Buffer.concat([length, body, check]);
}

function png(gray: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.writeUInt8(8, 8);
  const rows = Array.from({ length: side }, (_, y) =>
    Buffer.concat([Buffer.alloc(1), gray.subarray(y * side, (y + 1) * side)]),
  );
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** So many files of a shape; of a name that is none, of zigzags. */
export function drawnPictures(name: string, count: number, seed: number) {
  const random = randomNumbers(1000 * seed + name.length);
  return Array.from({ length: count }, (_, i) => ({
    name: `${name}-${seed}-${i}.png`,
    mimeType: 'image/png',
    buffer: png(drawn(shapes[name] ?? shapes['zigzag']!, random)),
  }));
}
