// Runs a C++ test program that Emscripten made, in Node: node node.mjs PROGRAM.mjs [ARGUMENT...]
import { pathToFileURL } from 'node:url';

const [program, ...args] = process.argv.slice(2);
const { default: start } = await import(pathToFileURL(program));
await start({ arguments: args, onExit: (code) => process.exit(code) });
