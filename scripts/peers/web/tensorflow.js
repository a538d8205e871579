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

/** What is timed, on the backend that is set. */
function workOf({ network: name, task, batch, size }) {
  const network = makeNetwork(name, task === 'step');
  const x = tf.randomNormal([batch, size, size, 3]);
  const labels = tf.oneHot(
    Array.from({ length: batch }, (_, i) => i % 10),
    10,
  );
  const loss = (input) => tf.losses.softmaxCrossEntropy(labels, network(input));
  if (task === 'odin') return () => odinScore(network, x);
  if (task === 'gradient') return () => tf.grad(loss)(x);
  if (task === 'forward') return () => network(x);
  const optimizer = tf.train.momentum(0.01, 0.9);
  return () => optimizer.minimize(() => loss(x), true);
}

/** Those that can do it here: the wasm backend has no gradient of a convolution's filter. */
const backendsFor = (task) => (task === 'step' ? ['webgl', 'cpu'] : ['wasm']);

async function timed(backend, repeats) {
  if (!(await tf.setBackend(backend))) throw new Error(`no backend ${backend}`);
  await tf.ready();
  const work = workOf(options);
  const once = async () => {
    const result = tf.tidy(work);
    await result.data();
    result.dispose();
  };
  return repeats === 1 ? millisecondsOfOne(once) : milliseconds(once);
}

/** The second run: the first compiles. */
async function millisecondsOfOne(once) {
  await once();
  const start = performance.now();
  await once();
  return [performance.now() - start];
}

async function fastestBackend() {
  if (options.backend) return options.backend;
  const [first, ...others] = backendsFor(options.task);
  let best = first;
  let least = Infinity;
  if (others.length === 0) return best;
  for (const backend of [first, ...others])
    try {
      const [time] = await timed(backend, 1);
      if (time < least) [best, least] = [backend, time];
    } catch {
      // cannot run here
    }
  return best;
}

report(async () => {
  tf.wasm.setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/');
  tf.wasm.setThreadsCount(options.threads);
  const backend = await fastestBackend();
  const times = await timed(backend, options.repeats);
  return { version: `${tf.version.tfjs} (${backend})`, backend, times };
});
