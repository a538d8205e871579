import { makeNetwork } from './tensorflow_networks.js';
import { milliseconds, options, report } from './timing.js';

const temperature = 1000;
const epsilon = 0.0014;
const std = 0.25;

/** The ODIN score: gradient of the top log-softmax, a step along its sign, the softmax anew. */
function odinScore(network, x) {
  const logTop = (input) => tf.sum(tf.max(tf.logSoftmax(tf.div(network(input), temperature)), 1));
  const moved = tf.add(x, tf.mul(tf.sign(tf.grad(logTop)(x)), epsilon / std));
  return tf.max(tf.softmax(tf.div(network(moved), temperature)), 1);
}

report(async () => {
  tf.wasm.setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/');
  tf.wasm.setThreadsCount(options.threads);
  await tf.setBackend('wasm');
  await tf.ready();
  const network = makeNetwork(options.network);
  const x = tf.randomNormal([1, 32, 32, 3]);
  const work = options.task === 'odin' ? () => odinScore(network, x) : () => network(x);
  const times = await milliseconds(async () => {
    const result = tf.tidy(work);
    await result.data();
    result.dispose();
  });
  return { version: `${tf.version.tfjs} (${tf.getBackend()})`, times };
});
