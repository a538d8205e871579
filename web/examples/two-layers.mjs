// Two layers learn which of two moons a point belongs to.
//   node two-layers.mjs
import * as t from 'odin-ood/tensor';

const { nn, optim } = t;
await t.load({ threads: 1, seed: 1 });

const count = 200;
const points = Array.from({ length: count }, (_, i) => {
  const angle = (Math.PI * (i >> 1)) / (count / 2);
  const noise = 0.1 * Math.sin(12.9898 * i);
  return i % 2
    ? [1 - Math.cos(angle) + noise, 0.5 - Math.sin(angle) - noise]
    : [Math.cos(angle) + noise, Math.sin(angle) + noise];
});
const x = t.tensor(points);
const labels = t.tensor(
  points.map((_, i) => i % 2),
  { dtype: 'int64' },
);

// A network as a function of its parameters; `new nn.Sequential(new nn.Linear(2, 16), ...)` is the same.
const [first, second] = [new nn.Linear(2, 16), new nn.Linear(16, 2)];
const network = (input) => second.forward(first.forward(input).tanh());
const optimizer = new optim.Adam([...first.parameters(), ...second.parameters()], { lr: 0.02 });

console.log(t.tidy(() => t.tapeText(network(x).crossEntropy(labels))));
const before = t.memory().tensors;
for (let step = 0; step <= 600; ++step)
  t.tidy(() => {
    const loss = network(x).crossEntropy(labels);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    if (step % 200 === 0) console.log(`step ${step}, loss ${loss.item().toFixed(4)}`);
  });

const right = t.tidy(() => network(x).argmax().eq(labels).to('float32').sum().item());
console.log(`${right} of ${count} points, ${t.memory().tensors - before} tensors left behind`);
