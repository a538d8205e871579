import { examples } from './examples.ts';

export interface SandboxState {
  expression: string;
  values: Record<string, number>;
}

/** As it stands in a link: "x*y+exp(x);x=1;y=-2". */
export function toText({ expression, values }: SandboxState): string {
  return [expression, ...Object.entries(values).map(([name, value]) => `${name}=${value}`)].join(
    ';',
  );
}

export function fromText(text: string | null): SandboxState {
  const [expression = '', ...rest] = (text ?? '').split(';');
  if (!text || expression.length > 500) return start();
  const values: Record<string, number> = {};
  for (const pair of rest) {
    const [name = '', value = ''] = pair.split('=');
    if (/^[a-z_]\w*$/iu.test(name) && value !== '' && Number.isFinite(Number(value)))
      values[name] = Number(value);
  }
  return { expression, values };
}

function start(): SandboxState {
  const first = examples[0];
  return first
    ? { expression: first.expression, values: { ...first.values } }
    : { expression: '', values: {} };
}
