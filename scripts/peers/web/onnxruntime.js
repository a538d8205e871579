import * as ort from '/node_modules/onnxruntime-web/dist/ort.wasm.min.mjs';
import { milliseconds, options, report } from './timing.js';

report(async () => {
  if (options.task !== 'forward') throw new Error(`no task '${options.task}': only forward`);
  ort.env.wasm.wasmPaths = '/node_modules/onnxruntime-web/dist/';
  ort.env.wasm.numThreads = options.threads;
  const session = await ort.InferenceSession.create(`/networks/${options.network}.onnx`, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
  });
  const shape = [1, 3, options.size, options.size];
  const pixels = Float32Array.from({ length: 3 * options.size ** 2 }, () => Math.random());
  const images = new ort.Tensor('float32', pixels, shape);
  const times = await milliseconds(() => session.run({ [session.inputNames[0]]: images }));
  return { version: ort.env.versions.web, times };
});
