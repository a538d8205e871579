// Times odin and the peers in Chromium in turn, round after round, and prints Markdown:
//   node compare.js ODIN_DIST NETWORKS ROUNDS THREADS REPEATS CHROMIUM [ONLY]
import { chromium } from 'playwright-core';
import { rows } from './rows.js';
import { serve } from './server.js';
import { printTables } from './table.js';

const [dist, networks, rounds, threads, repeats, executablePath, only] = process.argv.slice(2);
const chosen = rows.filter((row) => new RegExp(only ?? '').test(`${row.network} ${row.task}`));
const here = import.meta.dirname;
const quiet = [
  ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

// Training steps of TensorFlow.js take up to half a minute, its ODIN scores half a second, networks of
// 224 pixels as long, and other training steps and jax-js seconds.
function repeatsFor(who, row) {
  if (who === 'tensorflow' && row.task === 'step') return 1;
  const isSlow =
    who === 'jax' || row.size || row.batch || (who === 'tensorflow' && row.task === 'odin');
  return isSlow ? Math.ceil(repeats / 8) : Number(repeats);
}

/** The backend of a peer that was the fastest in the first round, by row. */
const backends = new Map();

async function measure(browser, origin, who, row, count) {
  const page = await browser.newPage();
  const query = new URLSearchParams({
    network: row.network,
    task: row.task,
    size: row.size ?? 32,
    batch: row.batch ?? 1,
    threads: count,
    repeats: repeatsFor(who, row),
    ...(backends.has(row) && { backend: backends.get(row) }),
  });
  // Not the load event: TensorFlow.js' page trains in a module, which that event waits for.
  await page.goto(`${origin}/page/${who}?${query}`, { waitUntil: 'commit' });
  await page.waitForFunction('window.result !== undefined', null, { timeout: 600_000 });
  const result = await page.evaluate('window.result');
  await page.close();
  if (result.error) throw new Error(`${who}, ${row.network}, ${row.task}: ${result.error}`);
  if (!result.isolated) throw new Error(`${who}: the page is not cross-origin isolated`);
  if (result.backend) backends.set(row, result.backend);
  return { who, network: row.network, task: row.task, threads: count, ...result };
}

const server = await serve({
  '/odin/': dist,
  '/networks/': networks,
  '/node_modules/': `${here}/node_modules`,
  '/': here,
});
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({ executablePath, args: quiet });
const results = [];
try {
  for (let round = 1; round <= rounds; round++)
    for (const row of chosen) {
      console.error(`compare-web-peers: ${row.network} ${row.task}: round ${round} of ${rounds}`);
      const peers = Object.keys(row.targets);
      for (const who of ['odin', ...peers])
        results.push({ round, ...(await measure(browser, origin, who, row, Number(threads))) });
      if (threads > 1) results.push({ round, ...(await measure(browser, origin, 'odin', row, 1)) });
    }
} finally {
  await browser.close();
  server.close();
}
printTables(chosen, results, Number(threads), chromium.name());
