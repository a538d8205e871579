/** The pictures drawn by the project, in the order of the gallery. */
export const samples = [
  { name: 'text', known: false },
  { name: 'cat', known: true },
  { name: 'mandelbrot', known: false },
  { name: 'ship', known: true },
  { name: 'checkerboard', known: false },
  { name: 'automobile', known: true },
  { name: 'color_bars', known: false },
  { name: 'horse', known: true },
  { name: 'gradient', known: false },
  { name: 'bird', known: true },
  { name: 'gaussian_noise', known: false },
  { name: 'frog', known: true },
  { name: 'uniform_noise', known: false },
  { name: 'airplane', known: true },
  { name: 'deer', known: true },
  { name: 'dog', known: true },
  { name: 'truck', known: true },
] as const;

export type SampleName = (typeof samples)[number]['name'];

export function sample(name: string): (typeof samples)[number] | undefined {
  return samples.find((s) => s.name === name);
}

export function sampleUrl(name: string): string {
  return `./samples/${sample(name)?.known ? 'known' : 'unknown'}/${name}.png`;
}
