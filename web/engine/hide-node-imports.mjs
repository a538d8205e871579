// Vite's development server looks into every script that it serves and warns of Node's modules, of which
// Emscripten's scripts load some in Node alone. Bundlers do not look at imports whose name is computed:
//   node hide-node-imports.mjs SCRIPT
import { readFileSync, writeFileSync } from 'node:fs';

const [script] = process.argv.slice(2);
const text = readFileSync(script, 'utf8');
writeFileSync(
  script,
  text.replace(/import\("node:(\w+)"\)/g, 'import(/*@vite-ignore*/"node:"+"$1")'),
);
