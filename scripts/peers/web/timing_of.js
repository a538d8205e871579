// The clock, for pages and workers.

/** For two seconds, in which the browser compiles what it has seen to be worth it. */
export async function warmUp(work) {
  const start = performance.now();
  do await work();
  while (performance.now() - start < 2000);
}

/** Milliseconds of each repeat on a warm engine. */
export async function millisecondsOf(work, repeats) {
  await warmUp(work);
  const times = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times;
}
