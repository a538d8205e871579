// A training step, or the gradient of a picture, with odin-ood/tensor.
import * as t from '/odin/tensor/index.js';
import { millisecondsOf } from './timing_of.js';

const { crossEntropy, grad, nn, noGrad, optim, tidy } = t;

function workOf({ network: name, task, batch, size }) {
  const network = nn.Network.make(name, { height: size, width: size });
  const x = t.randn([batch, 3, size, size]);
  const labels = t.tensor(Int32Array.from({ length: batch }, (_, i) => i % 10));
  if (task === 'step') {
    const optimizer = new optim.SGD(network, { lr: 0.01, momentum: 0.9 });
    return () =>
      tidy(() => {
        const loss = crossEntropy(network.forward(x), labels);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return loss.item();
      });
  }
  network.eval();
  if (task === 'forward') return () => tidy(() => noGrad(() => network.forward(x)).data());
  const picture = t.variable(x);
  return () => tidy(() => grad(crossEntropy(network.forward(picture), labels), picture).data());
}

onmessage = async ({ data: options }) => {
  try {
    const { threads, variant } = options;
    const info = await t.load({ threads, variant, seed: 1 });
    const times = await millisecondsOf(workOf(options), options.repeats);
    postMessage({ version: `tensor (${info.variant})`, times });
  } catch (error) {
    postMessage({ error: String(error) });
  }
};
