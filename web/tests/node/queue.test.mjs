import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import test from 'node:test';
import { Queue } from '../../dist/queue.js';

/** An engine whose calls end when the test says so. */
class SlowPort {
  calls = [];
  send(call) {
    return new Promise((resolve) => this.calls.push({ ...call, resolve }));
  }
  close() {}
}

test('a signal that outlives its calls keeps none of them', async () => {
  const port = new SlowPort();
  const queue = new Queue(port);
  const { signal } = new AbortController();
  const done = queue.call('detect', {}, { signal });
  const waiting = queue.call('detect', {}, { signal });
  assert.equal(getEventListeners(signal, 'abort').length, 2);
  port.calls[0].resolve(1);
  assert.equal(await done, 1);
  assert.equal(getEventListeners(signal, 'abort').length, 1);
  queue.call('detect', {}, { signal }).catch(() => {});
  queue.close();
  port.calls[1].resolve(2);
  assert.equal(await waiting, 2);
  assert.equal(getEventListeners(signal, 'abort').length, 0);
});

test('what comes of a call that was cancelled after it had begun is freed', async () => {
  const port = new SlowPort();
  const queue = new Queue(port);
  const cancel = new AbortController();
  const dropped = [];
  const drop = (result) => dropped.push(result);
  const loading = queue.call('loadModel', {}, { signal: cancel.signal, drop });
  cancel.abort();
  await assert.rejects(loading, { name: 'AbortError' });
  assert.deepEqual(dropped, []);
  port.calls[0].resolve({ model: 7 });
  await new Promise(setImmediate);
  assert.deepEqual(dropped, [{ model: 7 }]);
});
