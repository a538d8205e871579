import { spawn } from 'node:child_process';
import { createReadStream, statSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { createInterface } from 'node:readline';
import { paths } from './paths.ts';

export interface Server {
  /** The page's address, ending in '/'. */
  url: string;
  stop: () => Promise<void>;
}

/** The native program's own server. */
export async function odinServe(): Promise<Server> {
  const program = spawn(paths.program, ['serve', '--port', '0', '--site', paths.site], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => program.once('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(program.stdout).once('line', resolve);
    program.once('error', reject);
    program.once('close', (code) => reject(new Error(`odin serve ended with ${code}`)));
  });
  const stop = async () => {
    program.kill('SIGINT');
    await ended;
  };
  return { url, stop };
}

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** With them a page may have threads. */
export const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

async function listen(answer: RequestListener, base: string): Promise<Server> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}${base}`, stop };
}

/**
 * The files of a folder, with headers; at / its index.html or an empty page, with the policy that the
 * address asks for.
 */
export async function folderServer(folder: string, headers: object = {}): Promise<Server> {
  return listen((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    const policy = searchParams.get('policy');
    const own = { ...headers, ...(policy && { 'Content-Security-Policy': policy }) };
    const path = normalize(decodeURIComponent(pathname));
    const file = join(folder, path === '/' ? 'index.html' : path);
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) {
      const type = types[extname(file)] ?? 'application/octet-stream';
      response.writeHead(200, { ...own, 'Content-Type': type });
      createReadStream(file).pipe(response);
    } else {
      response.writeHead(path === '/' ? 200 : 404, { ...own, 'Content-Type': 'text/html' });
      response.end(`<!doctype html><title>${path === '/' ? 'empty' : '404'}</title>`);
    }
  }, '/');
}

/** What any static host does: files below a path, and no headers but their type. */
export async function plainServer(): Promise<Server> {
  const base = '/people/odin/';
  return listen((request, response) => {
    const path = decodeURIComponent(new URL(request.url!, 'http://localhost').pathname);
    const below = path.endsWith('/') ? `${path}index.html` : path;
    const file = join(paths.site, normalize(below.slice(base.length)));
    if (!below.startsWith(base) || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  }, base);
}
