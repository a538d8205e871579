import { randomNumbers } from '../teach/learning/pictures.ts';
import type { Point, Setting } from './setting.ts';

const count = 120;

/** A normal number (Box & Muller). */
const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** The points of a setting: always the same for a seed. */
export function pointsOf({ data, seed, drawn }: Pick<Setting, 'data' | 'seed' | 'drawn'>): Point[] {
  if (data === 'drawn') return drawn;
  const random = randomNumbers(seed);
  return Array.from({ length: 2 * count }, (_, i) => {
    const label = (i % 2) as 0 | 1;
    const [x, y] = place(data, label, random);
    return { x: x + 0.07 * normal(random), y: y + 0.07 * normal(random), label };
  });
}

function place(
  data: Exclude<Setting['data'], 'drawn'>,
  label: 0 | 1,
  random: () => number,
): [number, number] {
  const t = random();
  if (data === 'moons') {
    const angle = Math.PI * t;
    const [x, y] = [Math.cos(angle), Math.sin(angle)];
    return label === 0 ? [0.7 * x - 0.35, 0.7 * y - 0.2] : [0.35 - 0.7 * x, 0.2 - 0.7 * y];
  }
  if (data === 'circles') {
    const radius = label === 0 ? 0.35 : 0.95;
    return [radius * Math.cos(2 * Math.PI * t), radius * Math.sin(2 * Math.PI * t)];
  }
  const angle = 1.5 * 2 * Math.PI * Math.sqrt(t) + label * Math.PI;
  const radius = 0.12 + 0.95 * Math.sqrt(t);
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}
