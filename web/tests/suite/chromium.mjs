// Runs a C++ test program that Emscripten made, in a worker of headless Chromium:
//   node chromium.mjs PROGRAM.mjs [ARGUMENT...]
// ODIN_CHROMIUM names the browser.
import { spawn } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

const [program, ...args] = process.argv.slice(2);
const chromium = process.env.ODIN_CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(chromium)) {
  console.log('skipped: no Chromium');
  process.exit(0);
}

const page = `<!doctype html><script>
  const post = (path, text) => fetch(path, { method: 'POST', body: text });
  const worker = new Worker('worker.js', { type: 'module' });
  worker.onmessage = (e) => post(...e.data);
  worker.onerror = (e) => post('exit', 'the worker failed: ' + e.message);
</script>`;
// Everything is sent in the end: the order of many small posts would not be certain.
const workerScript = `
  import start from './${basename(program)}';
  const lines = [];
  const done = (code) => postMessage(['exit', code + '\\n' + lines.join('\\n')]);
  const print = (line) => lines.push(line);
  await start({ arguments: ${JSON.stringify(args)}, print, printErr: print, onExit: done });
`;

const types = { '.mjs': 'text/javascript', '.js': 'text/javascript', '.wasm': 'application/wasm' };
const made = { '/': [page, 'text/html'], '/worker.js': [workerScript, 'text/javascript'] };

function respond(request, response) {
  const headers = {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  };
  if (request.method === 'POST') return receive(request);
  if (made[request.url]) {
    const [text, type] = made[request.url];
    response.writeHead(200, { ...headers, 'Content-Type': type });
    return response.end(text);
  }
  const file = join(dirname(program), basename(request.url));
  if (!existsSync(file)) return response.writeHead(404).end();
  response.writeHead(200, { ...headers, 'Content-Type': types[file.slice(file.lastIndexOf('.'))] });
  createReadStream(file).pipe(response);
}

async function receive(request) {
  let text = '';
  for await (const part of request) text += part;
  const end = text.indexOf('\n');
  console.log(end < 0 ? text : text.slice(end + 1));
  finish(end < 0 ? 1 : Number(text.slice(0, end)));
}

const patience = 300; // seconds; a test that waits for a thread that cannot start waits for ever
setTimeout(() => {
  console.log(`the tests have not ended within ${patience} s`);
  finish(1);
}, 1000 * patience).unref();

const profile = mkdtempSync(join(tmpdir(), 'odin-chromium-'));
const server = createServer(respond).listen(0, '127.0.0.1', () => {
  const options = [
    ...'--headless --no-sandbox --disable-gpu --disable-quic --no-first-run'.split(' '),
    ...'--disable-background-networking --disable-component-update --disable-sync'.split(' '),
    `--user-data-dir=${profile}`,
    `http://127.0.0.1:${server.address().port}/`,
  ];
  browser = spawn(chromium, options, { detached: true }); // at the head of a group of processes
  browser.on('exit', () => finish(1));
});
let browser;
let code;

function finish(status) {
  if (code === undefined) {
    code = status;
    process.kill(-browser.pid, 'SIGKILL'); // all of the group: each may write to the profile
  } else {
    rmSync(profile, { recursive: true, force: true, maxRetries: 20 });
    process.exit(code);
  }
}
