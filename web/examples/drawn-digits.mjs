// Draws digits as one writes them: strokes of random thickness, slanted, shifted and blurred, on
// noise. Always the same pictures for a seed.

const arc = (x, y, rx, ry, from, to) =>
  Array.from({ length: 17 }, (_, i) => {
    const a = ((from + ((to - from) * i) / 16) * Math.PI) / 180;
    return [x + rx * Math.cos(a), y + ry * Math.sin(a)];
  });

/** The strokes of each digit, in a square of 0 to 1, y downward. */
const digits = [
  [arc(0.5, 0.5, 0.28, 0.4, 0, 360)],
  [
    [
      [0.35, 0.25],
      [0.52, 0.1],
      [0.52, 0.9],
    ],
  ],
  [[...arc(0.5, 0.32, 0.26, 0.22, 190, 370), [0.25, 0.9], [0.78, 0.9]]],
  [[...arc(0.47, 0.3, 0.25, 0.2, 200, 430), ...arc(0.47, 0.7, 0.27, 0.21, 290, 520)]],
  [
    [
      [0.62, 0.9],
      [0.62, 0.1],
      [0.22, 0.65],
      [0.8, 0.65],
    ],
  ],
  [[[0.72, 0.1], [0.32, 0.1], [0.3, 0.45], ...arc(0.48, 0.66, 0.25, 0.23, 240, 500)]],
  [[[0.62, 0.1], [0.34, 0.45], ...arc(0.5, 0.67, 0.23, 0.23, 190, 550)]],
  [
    [
      [0.24, 0.12],
      [0.76, 0.12],
      [0.42, 0.9],
    ],
  ],
  [arc(0.5, 0.3, 0.2, 0.19, 90, 450), arc(0.5, 0.7, 0.25, 0.21, 270, 630)],
  [[...arc(0.5, 0.33, 0.23, 0.23, 0, 360), [0.7, 0.6], [0.6, 0.9]]],
];

/** Numbers in [0, 1) (mulberry32). */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The distance of a point to the nearest of the lines. */
function distance(x, y, lines) {
  let least = Infinity;
  for (const line of lines)
    for (let i = 1; i < line.length; ++i) {
      const [[ax, ay], [bx, by]] = [line[i - 1], line[i]];
      const [dx, dy] = [bx - ax, by - ay];
      const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1);
      const at = Math.min(1, Math.max(0, along));
      least = Math.min(least, (x - ax - at * dx) ** 2 + (y - ay - at * dy) ** 2);
    }
  return Math.sqrt(least);
}

/**
 * `count` pictures of 28x28 gray pixels in [0, 1], one after another, with their labels. `only` are
 * the digits to choose from.
 */
export function drawDigits(count, seed, only = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
  const side = 28;
  const random = randomNumbers(seed);
  const between = (a, b) => a + (b - a) * random();
  const pictures = new Float32Array(count * side * side);
  const labels = new Int32Array(count);
  for (let n = 0; n < count; ++n) {
    labels[n] = only[Math.floor(random() * only.length)];
    const [turn, slant] = [between(-0.2, 0.2), between(-0.25, 0.25)];
    const [width, height] = [between(16, 21), between(17, 22)];
    const [left, top] = [side / 2 + between(-2, 2), side / 2 + between(-2, 2)];
    const lines = digits[labels[n]].map((line) =>
      line.map(([u, v]) => {
        const x = (u - 0.5 - slant * (v - 0.5) + between(-0.015, 0.015)) * width;
        const y = (v - 0.5 + between(-0.015, 0.015)) * height;
        return [
          left + x * Math.cos(turn) - y * Math.sin(turn),
          top + x * Math.sin(turn) + y * Math.cos(turn),
        ];
      }),
    );
    const thickness = between(0.7, 1.7);
    for (let i = 0; i < side * side; ++i) {
      const ink = thickness + 0.7 - distance((i % side) + 0.5, Math.floor(i / side) + 0.5, lines);
      const noise = between(0, 0.1);
      pictures[n * side * side + i] = Math.min(1, Math.max(0, ink) * between(0.85, 1) + noise);
    }
  }
  return { pictures, labels };
}
