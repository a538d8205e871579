// Learns to read digits that a program draws, and says how many of others it reads right.
//   node digits.mjs
import * as t from 'odin-ood/tensor';
import { drawDigits } from './drawn-digits.mjs';

const { nn, optim } = t;
await t.load({ threads: 2, seed: 1 });
const network = new nn.Sequential(
  new nn.Conv2d(1, 12, 3, { padding: 1, stride: 2 }),
  new nn.ReLU(),
  new nn.Conv2d(12, 24, 3, { padding: 1, stride: 2 }),
  new nn.ReLU(),
  new nn.Flatten(),
  new nn.Linear(24 * 7 * 7, 10),
);
const optimizer = new optim.Adam(network, { lr: 0.002 });

const shape = (n) => [n, 1, 28, 28];
const learned = drawDigits(6000, 1);
const pictures = t.tensor(learned.pictures, { shape: shape(6000) });
const labels = t.tensor(learned.labels);
for (let epoch = 0; epoch < 4; ++epoch)
  t.tidy(() => {
    for (const rows of t.randperm(6000).split(60))
      t.tidy(() => {
        const logits = network.forward(pictures.indexSelect(0, rows));
        const loss = t.crossEntropy(logits, labels.indexSelect(0, rows));
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
      });
  });

const others = drawDigits(2000, 2);
const read = t.noGrad(() =>
  t.argmax(network.forward(t.tensor(others.pictures, { shape: shape(2000) }))),
);
const right = read.eq(t.tensor(others.labels)).to('float32').mean().item();
console.log(`${(100 * right).toFixed(1)}% of 2000 other digits are read right`);
