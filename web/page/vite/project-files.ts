import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Plugin } from 'vite';

/** A folder of the project whose files the page needs as they are, under an address of its own. */
export interface Mount {
  folder: string;
  as: string;
  endings: string[];
}

const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
  '.safetensors': 'application/octet-stream',
};

const ending = (file: string) => file.slice(file.lastIndexOf('.'));

/** Serves the mounted folders during development, and copies them beside the page in a build. */
export function projectFiles(mounts: Mount[]): Plugin {
  let root = '';
  let output = '';

  async function filesOf(mount: Mount): Promise<string[]> {
    const entries = await readdir(resolve(root, mount.folder), { recursive: true }).catch(() => []);
    const files = entries.filter((file) => mount.endings.includes(ending(file)));
    return files.filter((file) => !file.includes('node_modules'));
  }

  return {
    name: 'odin:project-files',
    configResolved(config) {
      root = config.root;
      output = resolve(config.root, config.build.outDir);
    },
    configureServer(server) {
      server.middlewares.use(async (request, response, next) => {
        const path = decodeURIComponent((request.url ?? '').replace(/[?#].*/, ''));
        const mount = mounts.find((m) => path.startsWith(`/${m.as}/`));
        const file = mount && path.slice(mount.as.length + 2);
        if (!mount || !file || !mount.endings.includes(ending(file)) || file.includes('..'))
          return next();
        try {
          const content = await readFile(resolve(root, mount.folder, file));
          response.setHeader('Content-Type', types[ending(file)] ?? 'application/octet-stream');
          response.setHeader('Content-Length', content.length);
          for (const [name, value] of Object.entries(server.config.server.headers))
            response.setHeader(name, String(value));
          response.end(content);
        } catch {
          next();
        }
      });
    },
    async writeBundle() {
      for (const mount of mounts) {
        const files = await filesOf(mount);
        if (files.length === 0)
          this.warn(`${basename(mount.folder)}: no ${mount.endings.join(' or ')} files to copy`);
        for (const file of files) {
          const target = join(output, mount.as, file);
          await mkdir(dirname(target), { recursive: true });
          await cp(resolve(root, mount.folder, file), target);
        }
      }
    },
  };
}
