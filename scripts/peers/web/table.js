import { cpus } from 'node:os';
import { names, tasks } from './rows.js';

const middle = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const name = (row) =>
  `${names[row.network]} ${tasks[row.task]}${row.batch ? `, batch ${row.batch}` : ''}`;

function medians(results, row, who, threads) {
  return results
    .filter((r) => r.network === row.network && r.task === row.task)
    .filter((r) => r.who === who && r.threads === threads)
    .map((r) => r.median);
}

/** Of the medians over all rounds, and, in brackets, the least and the most of any round. */
function ratio(over, under) {
  const single = over.map((value, i) => value / under[i]);
  const spread =
    single.length > 1
      ? ` (${Math.min(...single).toFixed(2)} to ${Math.max(...single).toFixed(2)})`
      : '';
  const value = middle(over) / middle(under);
  return { value, text: value.toFixed(2) + spread };
}

/** Of short ones two digits more. */
const milliseconds = (values) => middle(values).toFixed(middle(values) < 10 ? 3 : 1);

const goal = (target, reached) =>
  target === null ? '' : `${target.toFixed(2)}${reached ? '' : ', missed'}`;

function print(head, lines) {
  const columns = head.split('|').length;
  console.log(`\n| ${head} |\n|${'---|'.repeat(columns)}`);
  for (const line of lines) console.log(`| ${line} |`);
}

export function printTables(rows, results, threads, browser) {
  const used = results.filter((r) => r.threads === threads);
  const versions = new Map(
    used.map((r) => [`${r.who} ${r.version}`, `${names[r.who]} ${r.version}`]),
  );
  const rounds = Math.max(...results.map((r) => r.round));
  console.log(
    `${threads} threads of ${cpus()[0].model} in ${browser}; ${[...versions.values()].join(', ')}; ` +
      `batch 1 where none is named, medians of ${rounds} rounds, in brackets the ratios of single rounds.`,
  );
  const speed = rows.flatMap((row) =>
    Object.entries(row.targets).map(([peer, target]) => {
      const [ours, theirs] = ['odin', peer].map((who) => medians(results, row, who, threads));
      const { value, text } = ratio(ours, theirs);
      return [name(row), names[peer], milliseconds(ours), milliseconds(theirs), text]
        .concat(goal(target, value <= target))
        .join(' | ');
    }),
  );
  print('work | peer | odin, ms | peer, ms | odin / peer | target, at most', speed);
  if (threads === 1) return;
  const scaling = rows.map((row) => {
    const [one, many] = [1, threads].map((count) => medians(results, row, 'odin', count));
    const { value, text } = ratio(one, many);
    const target = threads === 2 ? row.scaling : null;
    return [name(row), milliseconds(one), milliseconds(many), text]
      .concat(goal(target ?? null, value >= target))
      .join(' | ');
  });
  print(`odin | 1 thread, ms | ${threads} threads, ms | speed-up | target, at least`, scaling);
}
