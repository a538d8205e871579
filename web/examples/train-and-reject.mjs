// Trains a network on the digits 0 to 7, and makes a detector of it that rejects what it never saw: 8, 9
// and noise. The file that it writes is one that odin-ood and `odin detect` read.
//   node train-and-reject.mjs [OUT.safetensors]
import { writeFileSync } from 'node:fs';
import * as t from 'odin-ood/tensor';
import { drawDigits } from './drawn-digits.mjs';

const { nn, optim } = t;
await t.load({ threads: 2, seed: 1 });
const known = [0, 1, 2, 3, 4, 5, 6, 7];
const [mean, std, temperature, epsilon] = [0.5, 0.5, 5, 0.001];
// Normalized pictures [N,1,28,28], as the network learns and judges them.
const normalized = ({ pictures, labels }) => {
  const x = t.tensor(pictures, { shape: [labels.length, 1, 28, 28] });
  return x.affine(1 / std, -mean / std);
};

const sizes = { classes: 8, channels: 1, height: 28, width: 28 };
const network = nn.Network.make('lenet-5', sizes);
const optimizer = new optim.AdamW(network, { lr: 0.003 });
const learned = drawDigits(3000, 1, known);
const [x, labels] = [normalized(learned), t.tensor(learned.labels)];
const total = 300;
const rate = optim.oneCycleSchedule({ lr: 0.003, total });
for (let step = 0; step < total; ++step)
  t.tidy(() => {
    const rows = t.randperm(3000).slice(0, 0, 64);
    const logits = network.forward(x.indexSelect(0, rows));
    const loss = t.crossEntropy(logits, labels.indexSelect(0, rows));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.lr = rate(step);
    optimizer.step();
  });

// The threshold keeps 95% of pictures that it has not learned from.
network.eval();
const options = { temperature, epsilon: epsilon / std };
const scoresOf = (pictures) => t.odinScores(network, pictures, options);
const heldOut = drawDigits(1000, 2, known);
const judged = scoresOf(normalized(heldOut));
const right = judged.labels.filter((label, i) => label === heldOut.labels[i]).length;
const { threshold, low, high } = t.estimateThreshold(judged.odin);
console.log(`${right / 10}% right, threshold ${threshold} (${low} to ${high})`);

function judge(what, pictures) {
  const rejected = scoresOf(pictures).odin.filter((score) => score <= threshold).length;
  console.log(`rejected of ${what}: ${Math.round((100 * rejected) / pictures.shape[0])}%`);
}
judge('new digits 0 to 7', normalized(drawDigits(500, 3, known)));
judge('8 and 9', normalized(drawDigits(500, 4, [8, 9])));
judge('noise', t.rand([500, 1, 28, 28]).affine(1 / std, -mean / std));

const classes = known.map(String);
const metadata = { classes, mean: [mean], std: [std], temperature, epsilon, threshold };
if (process.argv[2]) writeFileSync(process.argv[2], network.write(metadata));
