// The gradient of a picture in jax-js on its WebAssembly backend.
import * as jax from '/node_modules/@jax-js/jax/dist/index.js';
import { milliseconds, options, report } from './timing.js';

const { grad, jit, lax, nn, numpy: np, random } = jax;

/** Every use of an array consumes a reference (`ref` makes one). */
let keys = 0;
const weights = (...shape) => random.normal(random.key(++keys), shape).mul(0.05);

function conv(inputs, outputs, kernel) {
  const w = weights(outputs, inputs, kernel, kernel);
  return (x) => lax.conv(x, w.ref, [1, 1], 'SAME');
}

function normRelu(channels) {
  const [scale, shift] = [weights(1, channels, 1, 1), weights(1, channels, 1, 1)];
  return (x) => nn.relu(x.mul(scale.ref).add(shift.ref));
}

const chain = (layers) => (x) => layers.reduce((value, layer) => layer(value), x);

function halved(x) {
  const [n, c, h, w] = x.shape;
  return np.mean(x.reshape([n, c, h / 2, 2, w / 2, 2]), [3, 5]);
}

/** As in tensorflow_networks.js, with pictures [N, C, height, width]. */
function densenet(depth, growth) {
  const count = (depth - 4) / 6;
  let channels = 2 * growth;
  const layers = [conv(3, channels, 3)];
  for (let block = 0; block < 3; block++) {
    for (let i = 0; i < count; i++, channels += growth) {
      const rest = chain([
        normRelu(channels),
        conv(channels, 4 * growth, 1),
        normRelu(4 * growth),
        conv(4 * growth, growth, 3),
      ]);
      layers.push((x) => np.concatenate([x.ref, rest(x)], 1));
    }
    if (block === 2) break;
    layers.push(normRelu(channels), conv(channels, channels / 2, 1), halved);
    channels /= 2;
  }
  const [last, w] = [normRelu(channels), weights(channels, 10)];
  return chain([...layers, (x) => np.matmul(np.mean(last(x), [2, 3]), w.ref)]);
}

report(async () => {
  if (options.task !== 'gradient') throw new Error(`no task '${options.task}': only gradient`);
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  const [, depth, growth] = /^densenet-bc-(\d+)-(\d+)$/.exec(options.network);
  const network = densenet(Number(depth), Number(growth));
  const loss = (x) => np.max(nn.logSoftmax(network(x), 1)).neg();
  const gradient = jit(grad(loss));
  const x = random.normal(random.key(0), [options.batch, 3, options.size, options.size]);
  const times = await milliseconds(async () => {
    const result = gradient(x.ref);
    await result.data();
  });
  return { version: '0.1.25 (wasm)', times };
});
