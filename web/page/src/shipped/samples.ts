/** The pictures drawn by the project: first what the shipped networks were never taught, then what they were. */
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

export function sampleUrl(name: string): string {
  return `./samples/${sample(name)?.known ? 'known' : 'unknown'}/${name}.png`;
}
