import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

const page = (who) => `<!doctype html><title>${who}</title>
${who === 'tensorflow' ? '<script src="/node_modules/@tensorflow/tfjs/dist/tf.min.js"></script>\n<script src="/node_modules/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js"></script>' : ''}
<script type="module" src="/${who}.js"></script>`;

/** Serves folders under the names given, cross-origin isolated, and /page/WHO, which runs WHO.js. */
export async function serve(folders) {
  const headers = {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  };
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname));
    const who = /^\/page\/(\w+)$/.exec(path)?.[1];
    if (who)
      return response.writeHead(200, { ...headers, 'Content-Type': 'text/html' }).end(page(who));
    const [name] = Object.keys(folders).filter((prefix) => path.startsWith(prefix));
    const file = name && join(folders[name], path.slice(name.length));
    if (!file || !statSync(file, { throwIfNoEntry: false })?.isFile())
      return response.writeHead(404).end();
    const type = types[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { ...headers, 'Content-Type': type });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
