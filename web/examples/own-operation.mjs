// An operation of your own with its gradient, in JavaScript: log(cosh x), whose derivative is tanh x.
//   node own-operation.mjs
import * as t from 'odin-ood/tensor';

await t.load({ threads: 1 });

const logCosh = t.operation('log_cosh', {
  // |x| + log(1/2 + exp(−2 |x|) / 2), so that large x do not overflow. Nothing here is recorded.
  forward: (x) => x.abs().add(x.abs().mul(-2).exp().mul(0.5).add(0.5).log()),
  // Given the gradient of the result, the gradient of each input.
  backward: (dy, { inputs: [x] }) => [dy.mul(x.tanh())],
});

const x = t.variable([-2, 0, 3], { name: 'x' });
const loss = logCosh(x).mul(x).sum();
console.log(t.tapeText(loss));
const gradient = t.grad(loss, x).toArray();

// The same by finite differences in float64.
const f = (v) => logCosh(t.tensor(Float64Array.of(v))).item() * v;
const expected = [-2, 0, 3].map((v) => (f(v + 1e-6) - f(v - 1e-6)) / 2e-6);
const close = gradient.every((g, i) => Math.abs(g - expected[i]) < 1e-4);
console.log(
  `gradient ${gradient.map((g) => g.toFixed(5)).join(' ')} is ${close ? 'right' : 'wrong'}`,
);
