import type { Variant } from '../../../api/types.ts';

export type Task = 'forward' | 'odin';

export interface Row {
  architecture: string;
  task: Task;
  variant: Variant;
  threads: number;
  min: number;
  median: number;
  repeats: number;
}

export interface Machine {
  browser: string;
  processors: number;
  isolated: boolean;
  version: string;
}

export interface Report {
  date: string;
  machine: Machine;
  /** Loading the engine and the 40-12 model, and the first verdict; the first time with the network. */
  coldStart: { first: number; median: number; build: string } | null;
  rows: Row[];
  /** Builds that do not run here, and why. */
  skipped: { build: string; reason: string }[];
  finished: boolean;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export function milliseconds(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(value < 100 ? 1 : 0);
}

export function buildName({ variant, threads }: { variant: Variant; threads: number }): string {
  return `${variant} ×${threads}`;
}

/** Rows by network and task, one column a build. */
export function tableOf(rows: readonly Row[]) {
  const builds = [...new Set(rows.map(buildName))];
  const lines = [...new Set(rows.map((row) => `${row.architecture} ${row.task}`))].map((name) => {
    const of = rows.filter((row) => `${row.architecture} ${row.task}` === name);
    return { name, cells: builds.map((build) => of.find((row) => buildName(row) === build)) };
  });
  return { builds, lines };
}

export function toMarkdown(report: Report): string {
  const { machine, coldStart, rows, skipped } = report;
  const { builds, lines } = tableOf(rows);
  const cell = (row: Row | undefined) =>
    row ? `${milliseconds(row.median)} (${milliseconds(row.min)})` : '';
  const text = [
    `odin ${machine.version}, ${report.date}, ${machine.processors} processors, ` +
      `${machine.isolated ? '' : 'not '}cross-origin isolated`,
    machine.browser,
    '',
    'Batch 1, milliseconds: median (least).',
    '',
    `| network, task | ${builds.join(' | ')} |`,
    `|---|${builds.map(() => '---:|').join('')}`,
    ...lines.map(({ name, cells }) => `| ${name} | ${cells.map(cell).join(' | ')} |`),
    '',
  ];
  if (coldStart)
    text.push(
      `Cold start to first verdict (${coldStart.build}): first ${milliseconds(coldStart.first)} ms, ` +
        `median ${milliseconds(coldStart.median)} ms`,
    );
  for (const { build, reason } of skipped) text.push(`${build}: ${reason}`);
  return `${text.join('\n')}\n`;
}
