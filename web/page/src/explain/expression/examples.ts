export interface Example {
  key: string;
  expression: string;
  values: Record<string, number>;
}

export const examples: readonly Example[] = [
  { key: 'product', expression: 'x*y + exp(x)', values: { x: 1, y: -2 } },
  {
    key: 'softmax',
    expression: 'log(exp(a/T) / (exp(a/T) + exp(b/T)))',
    values: { a: 3, T: 2, b: 1 },
  },
  {
    key: 'neuron',
    expression: 'relu(w*x + v*y + b)',
    values: { w: 0.5, x: 2, v: -1, y: 0.5, b: 0.1 },
  },
  { key: 'loss', expression: '(sigmoid(w*x + b) - 1)^2', values: { w: 0.8, x: 1.5, b: -2 } },
  { key: 'bell', expression: 'exp(-x^2 / 2)', values: { x: 0.7 } },
];
