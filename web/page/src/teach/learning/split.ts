// Which pictures nothing is learned from.

/** Of pictures in the order in which they came, every fifth stretch is held out: neighbours are alike. */
const stretch = 5;

/** The places of a class's pictures, split. At least one is held out, and at least one is not. */
export function split(count: number): { learned: number[]; heldOut: number[] } {
  // Long stretches where there is enough for several, single pictures where there is not.
  const length = count >= 10 * stretch ? stretch : 1;
  const learned: number[] = [];
  const heldOut: number[] = [];
  for (let i = 0; i < count; ++i) (Math.floor(i / length) % 5 === 2 ? heldOut : learned).push(i);
  if (heldOut.length === 0 && learned.length > 1) heldOut.push(learned.pop()!);
  return { learned, heldOut };
}
