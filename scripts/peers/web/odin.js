import { load } from '/odin/odin.js';
import { options, report, warmUp } from './timing.js';

/** The best build here for several threads; one thread is timed in it too, so that nothing else differs. */
async function bestBuild() {
  const odin = await load({ threads: 2 });
  odin.dispose();
  return odin.info.variant;
}

async function detector() {
  const odin = await load({ variant: await bestBuild(), threads: options.threads });
  const model = await odin.model({ architecture: options.network, size: options.size });
  await warmUp(() => model.bench(options.task, { repeats: 5 }));
  const { milliseconds } = await model.bench(options.task, { repeats: options.repeats });
  const { version, variant } = odin.info;
  return { version: `${version} (${variant})`, times: milliseconds };
}

/** Tensors, which have threads only in a worker. */
async function tensors() {
  const variant = await bestBuild();
  const worker = new Worker(new URL('./odin_tensor_worker.js', import.meta.url), {
    type: 'module',
  });
  const answer = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage({ ...options, variant });
  });
  worker.terminate();
  if (answer.error) throw new Error(answer.error);
  return answer;
}

const usesTensors = /^(step|gradient)$/.test(options.task) || options.network.startsWith('convnet');
report(usesTensors ? tensors : detector);
