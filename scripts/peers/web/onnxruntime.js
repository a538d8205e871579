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
  const pixels = Float32Array.from({ length: 3 * 32 * 32 }, () => Math.random());
  const images = new ort.Tensor('float32', pixels, [1, 3, 32, 32]);
  const times = await milliseconds(() => session.run({ images }));
  return { version: ort.env.versions.web, times };
});
