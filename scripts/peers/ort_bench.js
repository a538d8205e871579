// Times ONNX Runtime's package for Node on the CPU on a forward pass of FOLDER/ARCH.onnx.
// The package is looked for where NODE_PATH says.
'use strict';

const path = require('node:path');
const { parseArgs } = require('node:util');
const ort = require('onnxruntime-node');

const names = ['arch', 'task', 'size', 'batch', 'threads', 'repeats', 'onnx-folder'];
const options = parseArgs({
  options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
}).values;
const numbers = [options.size ?? 32, options.batch, options.threads, options.repeats];
const [size, batch, threads, repeats] = numbers.map(Number);

/** Milliseconds an image of each repeat, after one that is not counted. */
async function millisecondsPerImage(work) {
  await work();
  const times = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    await work();
    times.push((performance.now() - start) / batch);
  }
  times.sort((a, b) => a - b);
  return { min: times[0], median: times[repeats >> 1], max: times[repeats - 1] };
}

async function main() {
  if (options.task !== 'forward') throw new Error(`no task '${options.task}': only forward`);
  const file = path.join(options['onnx-folder'], `${options.arch}.onnx`);
  const session = await ort.InferenceSession.create(file, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'all',
  });
  const shape = [batch, 3, size, size];
  const pixels = Float32Array.from({ length: batch * 3 * size * size }, () => Math.random());
  const images = new ort.Tensor('float32', pixels, shape);
  const result = {
    arch: options.arch,
    task: options.task,
    batch,
    threads,
    version: ort.env.versions.node,
    ms_per_image: await millisecondsPerImage(() => session.run({ images })),
  };
  console.log(JSON.stringify(result));
}

main().catch((error) => {
  console.error(`ort_bench: ${error.message}`);
  process.exitCode = 1;
});
