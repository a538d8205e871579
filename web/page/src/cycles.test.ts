import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

/** What each file imports, from files of the same folder or below: types and what is fetched later count too. */
function importsBelow(root: string): Map<string, Set<string>> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.tsx?$/.test(file));
  const importsOf = (file: string) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)]
      .map(([, address]) => join(dirname(file), address!).replaceAll('\\', '/'))
      .filter((imported) => files.includes(imported));
  return new Map(files.map((file) => [file, new Set(importsOf(file))]));
}

/** The same of folders: one needs another when any file of it does. */
function betweenFolders(files: Map<string, Set<string>>): Map<string, Set<string>> {
  const folders = new Map<string, Set<string>>();
  for (const [file, imports] of files) {
    const folder = dirname(file);
    const needed = folders.get(folder) ?? new Set();
    for (const imported of imports) if (dirname(imported) !== folder) needed.add(dirname(imported));
    folders.set(folder, needed);
  }
  return folders;
}

/** Some way around, 'a -> b -> a', or null where there is none. */
function cycleIn(graph: Map<string, Set<string>>): string | null {
  const done = new Set<string>();
  const visit = (name: string, path: string[]): string | null => {
    const start = path.indexOf(name);
    if (start >= 0) return [...path.slice(start), name].join(' -> ');
    if (done.has(name)) return null;
    for (const next of graph.get(name) ?? []) {
      const found = visit(next, [...path, name]);
      if (found) return found;
    }
    done.add(name);
    return null;
  };
  for (const name of graph.keys()) {
    const found = visit(name, []);
    if (found) return found;
  }
  return null;
}

const roots = { page: import.meta.dirname, api: join(import.meta.dirname, '../../api') };

for (const [name, root] of Object.entries(roots)) {
  const files = importsBelow(root);

  test(`${name}: imports are found`, () => {
    expect([...files.values()].some((imports) => imports.size > 0)).toBe(true);
  });

  test(`${name}: no file needs itself, by way of others`, () => {
    expect(cycleIn(files)).toBeNull();
  });

  test(`${name}: no folder needs itself, by way of others`, () => {
    expect(cycleIn(betweenFolders(files))).toBeNull();
  });
}

test('a cycle is found and named', () => {
  const graph = { a: ['b'], b: ['c', 'd'], c: ['d'], d: ['b'] };
  const sets = new Map(Object.entries(graph).map(([from, to]) => [from, new Set(to)]));
  expect(cycleIn(sets)).toBe('b -> c -> d -> b');
  sets.get('d')!.clear();
  expect(cycleIn(sets)).toBeNull();
});
