// What the playground shows, and its short notation in the address: "d:moons~n:8.8~f:tanh~...".

export const dataKinds = ['moons', 'circles', 'spirals', 'drawn'] as const;
export type DataKind = (typeof dataKinds)[number];
export const activations = ['tanh', 'relu', 'sigmoid'] as const;
export type Activation = (typeof activations)[number];

export const widths = [2, 4, 8, 16, 32] as const;
export const depths = [1, 2, 3] as const;
export const temperatures = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] as const;
export const epsilons = [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5] as const;
export const rates = [0.003, 0.01, 0.03, 0.1] as const;

/** A point in the plane from -2 to 2, and which of the two classes it belongs to. */
export interface Point {
  x: number;
  y: number;
  label: 0 | 1;
}

export interface Setting {
  data: DataKind;
  depth: number;
  width: number;
  activation: Activation;
  rate: number;
  seed: number;
  temperature: number;
  epsilon: number;
  /** Of data that is drawn. */
  drawn: Point[];
}

export const defaults: Readonly<Setting> = {
  data: 'moons',
  depth: 2,
  width: 8,
  activation: 'tanh',
  rate: 0.03,
  seed: 1,
  temperature: 10,
  epsilon: 0.1,
  drawn: [],
};

export const mostDrawn = 300;
export const extent = 2;

/** Two letters of base 36 for each number, of 1296 between -2 and 2. */
const coded = (v: number) =>
  Math.round(((v + extent) / (2 * extent)) * 1295)
    .toString(36)
    .padStart(2, '0');
const decoded = (text: string) => (parseInt(text, 36) / 1295) * 2 * extent - extent;

export function toText(setting: Setting): string {
  const points = setting.drawn.map(({ x, y, label }) => coded(x) + coded(y) + label).join('');
  const fields: [string, string | number, string | number][] = [
    ['d', setting.data, defaults.data],
    ['l', setting.depth, defaults.depth],
    ['w', setting.width, defaults.width],
    ['f', setting.activation, defaults.activation],
    ['r', setting.rate, defaults.rate],
    ['s', setting.seed, defaults.seed],
    ['T', setting.temperature, defaults.temperature],
    ['e', setting.epsilon, defaults.epsilon],
    ['p', setting.data === 'drawn' ? points : '', ''],
  ];
  const own = fields.filter(([, value, otherwise]) => value !== otherwise);
  return own.map(([key, value]) => `${key}:${value}`).join('~');
}

const oneOf = <T>(value: string | undefined, of: readonly T[], otherwise: T): T =>
  of.find((known) => String(known) === value) ?? otherwise;

/** Reads what toText() writes; what makes no sense is as by default. */
export function fromText(text: string | null): Setting {
  const fields = new Map(
    (text ?? '').split('~').map((field) => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon), field.slice(colon + 1)] as const;
    }),
  );
  const seed = Number(fields.get('s') ?? defaults.seed);
  return {
    data: oneOf(fields.get('d'), dataKinds, defaults.data),
    depth: oneOf(fields.get('l'), depths, defaults.depth),
    width: oneOf(fields.get('w'), widths, defaults.width),
    activation: oneOf(fields.get('f'), activations, defaults.activation),
    rate: oneOf(fields.get('r'), rates, defaults.rate),
    seed: Number.isInteger(seed) && seed > 0 && seed < 1e6 ? seed : defaults.seed,
    temperature: oneOf(fields.get('T'), temperatures, defaults.temperature),
    epsilon: oneOf(fields.get('e'), epsilons, defaults.epsilon),
    drawn: pointsIn(fields.get('p') ?? ''),
  };
}

function pointsIn(text: string): Point[] {
  if (!/^([0-9a-z]{4}[01])*$/.test(text)) return [];
  return (text.match(/.{5}/g) ?? []).slice(0, mostDrawn).map((code) => ({
    x: decoded(code.slice(0, 2)),
    y: decoded(code.slice(2, 4)),
    label: code[4] === '1' ? 1 : 0,
  }));
}
