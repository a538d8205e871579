// Runs a C++ test program that Emscripten made, in Node: node node.mjs PROGRAM.mjs [ARGUMENT...]
import { pathToFileURL } from 'node:url';
import { relaxedSimdWanted } from './wanted.mjs';

const [program, ...args] = process.argv.slice(2);
if (relaxedSimdWanted(program)) {
  console.log('skipped: this Node has no relaxed SIMD');
  process.exit(0);
}
const { default: start } = await import(pathToFileURL(program));
await start({ arguments: args, onExit: (code) => process.exit(code) });
