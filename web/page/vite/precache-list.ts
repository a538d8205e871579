import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';

/**
 * Puts the list of all files of the build, and a digest of their contents, at the head of the service
 * worker: that list is what it keeps for working offline, and a changed digest makes browsers take
 * the new version. Files that are `onDemand` are kept only when a visitor has asked for them.
 */
export function precacheList(worker: string, onDemand: (file: string) => boolean): Plugin {
  let output = '';
  return {
    name: 'odin:precache-list',
    enforce: 'post',
    configResolved(config) {
      output = resolve(config.root, config.build.outDir);
    },
    closeBundle: {
      sequential: true,
      order: 'post',
      async handler() {
        const entries = await readdir(output, { recursive: true, withFileTypes: true });
        const files = entries
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(output.length + 1))
          .filter((file) => file !== worker && !file.endsWith('.map') && !file.startsWith('og.'))
          .sort();
        const digest = createHash('sha256');
        for (const file of files) digest.update(file).update(await readFile(join(output, file)));
        const head = {
          version: digest.digest('hex').slice(0, 16),
          files: files.filter((file) => !onDemand(file)),
          onDemand: files.filter(onDemand),
        };
        const script = join(output, worker);
        const code = await readFile(script, 'utf8');
        await writeFile(script, `self.__BUILD__=${JSON.stringify(head)};\n${code}`);
      },
    },
  };
}
