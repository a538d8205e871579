import type { Kinds } from './models.ts';

/** The pictures drawn by the project: first patterns, then things of the ten kinds of CIFAR-10. */
export const samples = [
  { name: 'gaussian_noise', known: false },
  { name: 'text', known: false },
  { name: 'color_bars', known: false },
  { name: 'checkerboard', known: false },
  { name: 'mandelbrot', known: false },
  { name: 'gradient', known: false },
  { name: 'uniform_noise', known: false },
  { name: 'cat', known: true },
  { name: 'ship', known: true },
  { name: 'automobile', known: true },
  { name: 'horse', known: true },
  { name: 'bird', known: true },
  { name: 'frog', known: true },
  { name: 'airplane', known: true },
  { name: 'deer', known: true },
  { name: 'dog', known: true },
  { name: 'truck', known: true },
] as const;

export type SampleName = (typeof samples)[number]['name'];

/** What the page starts with: anybody sees that it is none of the ten kinds. */
export const firstSample: SampleName = 'gaussian_noise';

export function sample(name: string): (typeof samples)[number] | undefined {
  return samples.find((s) => s.name === name);
}

/**
 * Whether a network that was taught these kinds knows what the sample shows; null where one may argue:
 * CIFAR-100 has pickup trucks and none of the other nine.
 */
export function isTaught({ name, known }: (typeof samples)[number], kinds: Kinds): boolean | null {
  if (kinds === 10) return known;
  return name === 'truck' ? null : false;
}

export function sampleUrl(name: string): string {
  return `./samples/${sample(name)?.known ? 'known' : 'unknown'}/${name}.png`;
}
