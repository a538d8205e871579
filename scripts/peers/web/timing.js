// What the pages share: the query and window.result.
import { millisecondsOf } from './timing_of.js';

export { warmUp } from './timing_of.js';

const query = new URLSearchParams(location.search);
export const options = {
  network: query.get('network'),
  task: query.get('task'),
  size: Number(query.get('size')),
  batch: Number(query.get('batch')),
  threads: Number(query.get('threads')),
  repeats: Number(query.get('repeats')),
  /** Where the peer has several and one is already known to be the fastest. */
  backend: query.get('backend'),
};

export const milliseconds = (work) => millisecondsOf(work, options.repeats);

export const middle = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Leaves { version, median, backend } or { error } for the program that opened the page. */
export async function report(measure) {
  try {
    const { version, times, backend } = await measure();
    window.result = { version, backend, median: middle(times), isolated: crossOriginIsolated };
  } catch (error) {
    window.result = { error: String(error) };
  }
}
