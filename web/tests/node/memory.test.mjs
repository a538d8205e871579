import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedMemory } from '../../dist/memory.js';

/** As in a browser that gives shared memory no more addresses than that. */
function withAtMost(most, run) {
  const { Memory } = WebAssembly;
  WebAssembly.Memory = class extends Memory {
    constructor(limits) {
      if (limits.maximum > most * 16) throw new RangeError('Out of memory');
      super(limits);
    }
  };
  try {
    return run();
  } finally {
    WebAssembly.Memory = Memory;
  }
}

test('shared memory may grow to a gigabyte, or to what the browser allows', () => {
  const { memory, megabytes } = sharedMemory();
  assert.equal(megabytes, 1024);
  assert.ok(memory.buffer instanceof SharedArrayBuffer);
  assert.equal(withAtMost(600, sharedMemory).megabytes, 512);
  assert.equal(withAtMost(300, sharedMemory).megabytes, 256);
  assert.throws(() => withAtMost(100, sharedMemory), /Out of memory/);
});
