// What the pages share: the query, the clock, and window.result.
const query = new URLSearchParams(location.search);
export const options = {
  network: query.get('network'),
  task: query.get('task'),
  size: Number(query.get('size')),
  threads: Number(query.get('threads')),
  repeats: Number(query.get('repeats')),
};

/** For two seconds, in which the browser compiles what it has seen to be worth it. */
export async function warmUp(work) {
  const start = performance.now();
  do await work();
  while (performance.now() - start < 2000);
}

/** Milliseconds of each repeat on a warm engine. */
export async function milliseconds(work) {
  await warmUp(work);
  const times = [];
  for (let i = 0; i < options.repeats; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times;
}

export const middle = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Leaves { version, median } or { error } for the program that opened the page. */
export async function report(measure) {
  try {
    const { version, times } = await measure();
    window.result = { version, median: middle(times), isolated: crossOriginIsolated };
  } catch (error) {
    window.result = { error: String(error) };
  }
}
