import { describe, expect, it } from 'vitest';
import { planOf } from './plan.ts';
import { median, tableOf, toMarkdown, type Report, type Row } from './report.ts';

const row = (architecture: string, variant: Row['variant'], threads: number, m: number): Row => ({
  architecture,
  task: 'odin',
  variant,
  threads,
  min: m - 1,
  median: m,
  repeats: 7,
});

const report: Report = {
  date: '2026-01-01',
  machine: { browser: 'A browser', processors: 2, isolated: true, version: '0.1.0' },
  coldStart: { first: 412.3, median: 205, build: 'simd ×1' },
  rows: [
    row('wrn-40-2', 'simd', 1, 20),
    row('wrn-40-2', 'simd-threads', 2, 11),
    row('d', 'simd', 1, 5),
  ],
  skipped: [{ build: 'relaxed-threads ×2', reason: 'this browser has no relaxed SIMD' }],
  finished: true,
};

describe('the bench report', () => {
  it('takes the middle value', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  it('has a line a network and task, and a column a build', () => {
    const { builds, lines } = tableOf(report.rows);
    expect(builds).toEqual(['simd ×1', 'simd-threads ×2']);
    expect(lines.map((line) => line.name)).toEqual(['wrn-40-2 odin', 'd odin']);
    expect(lines[1]?.cells.map((cell) => cell?.median)).toEqual([5, undefined]);
  });

  it('reads as Markdown', () => {
    expect(toMarkdown(report)).toContain(
      '| network, task | simd ×1 | simd-threads ×2 |\n|---|---:|---:|\n| wrn-40-2 odin | 20.0 (19.0) | 11.0 (10.0) |\n',
    );
    expect(toMarkdown(report)).toContain('first 412 ms, median 205 ms');
  });
});

describe('the plan', () => {
  it('is everything with one and with all threads by default', () => {
    const { builds, architectures } = planOf(new URLSearchParams(), 4);
    expect(architectures).toHaveLength(3);
    expect(builds.map((b) => `${b.variant} ${b.threads}`)).toEqual([
      'scalar 1',
      'simd 1',
      'simd-threads 1',
      'simd-threads 4',
      'relaxed-threads 1',
      'relaxed-threads 4',
    ]);
  });

  it('is what a script asks for', () => {
    const query = new URLSearchParams(
      'variants=simd-threads&threads=2&architectures=wrn-16-4&repeats=30',
    );
    expect(planOf(query, 8)).toEqual({
      architectures: ['wrn-16-4'],
      builds: [{ variant: 'simd-threads', threads: 2 }],
      repeats: 30,
      coldStarts: 3,
    });
  });
});
