import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');

export const paths = {
  program: process.env['ODIN_PROGRAM'] ?? resolve(root, 'build/release/odin'),
  site: resolve(root, 'web/page/dist'),
  samples: resolve(root, 'native/samples'),
  manifest: resolve(root, 'weights/manifest.json'),
  model: resolve(root, 'weights/densenet-bc-40-12-cifar10.safetensors'),
  screenshots: resolve(root, 'build/screenshots'),
  results: resolve(root, 'build/browser-tests'),
};
