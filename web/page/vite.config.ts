import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { projectFiles } from './vite/project-files.ts';
import { previewImage } from './vite/preview-image.ts';
import { precacheList } from './vite/precache-list.ts';
import { firstModel } from './src/shipped/models.ts';

const isModel = (file: string) => file.startsWith('models/');
const isFullEngine = (file: string) => /^engine\/(odin-full-|tensor)/.test(file);

// What the page needs before its first verdict is one file: each of a dozen would be a request of its own.
const isOfTheFirstScreen =
  /node_modules\/@?preact|\/api\/|\/src\/(state|ui|engine|pictures|shipped|i18n|inputs|problems)\/|\/panels\/(lesson|score-scale|set-name|share)\./;

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  base: './',
  plugins: [
    projectFiles([
      { folder: '../dist', as: 'engine', endings: ['.js', '.wasm'] },
      { folder: '../../weights', as: 'models', endings: ['.safetensors'] },
      { folder: '../../native/samples', as: 'samples', endings: ['.png'] },
    ]),
    precacheList(
      'sw.js',
      (file) => isFullEngine(file) || (isModel(file) && !file.includes(firstModel)),
    ),
    previewImage(process.env['ODIN_SITE_URL']),
  ],
  worker: { format: 'es' },
  server: { headers: isolation, fs: { allow: ['..'] } }, // web/api lies beside the page
  preview: { headers: isolation },
  build: {
    target: 'es2022',
    rolldownOptions: {
      input: {
        index: resolve(import.meta.dirname, 'index.html'),
        bench: resolve(import.meta.dirname, 'bench.html'),
        sw: resolve(import.meta.dirname, 'src/sw.ts'),
      },
      output: {
        // The service worker's address must not change from build to build.
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        codeSplitting: { groups: [{ name: 'first', test: isOfTheFirstScreen }] },
      },
    },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
} as Parameters<typeof defineConfig>[0]);
