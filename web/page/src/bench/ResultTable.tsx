import { milliseconds, tableOf, type Report } from './report.ts';
import type { BenchStrings } from './strings.ts';

export function ResultTable({ report, words }: { report: Report; words: BenchStrings }) {
  const { builds, lines } = tableOf(report.rows);
  const { machine, coldStart, skipped } = report;
  return (
    <>
      {lines.length > 0 && (
        <div class="bench-scroll" tabIndex={0} role="group" aria-label={words.table}>
          <table>
            <caption>{words.table}</caption>
            <thead>
              <tr>
                <th scope="col">{words.network}</th>
                {builds.map((build) => (
                  <th scope="col" key={build}>
                    {build}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {lines.map(({ name, cells }) => {
                const [architecture = '', task = ''] = name.split(' ');
                const fastest = Math.min(...cells.map((cell) => cell?.median ?? Infinity));
                return (
                  <tr key={name}>
                    <th scope="row">
                      {architecture}{' '}
                      <em>{task === 'odin' ? words.tasks.odin : words.tasks.forward}</em>
                    </th>
                    {cells.map((cell, i) => (
                      <td key={builds[i]} class={cell?.median === fastest ? 'bench-best' : ''}>
                        {cell && (
                          <>
                            {milliseconds(cell.median)}
                            <small>{milliseconds(cell.min)}</small>
                          </>
                        )}
                      </td>
                    ))}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      <dl class="bench-facts">
        {coldStart && (
          <div>
            <dt>{words.cold}</dt>
            <dd>
              {words.coldText(
                milliseconds(coldStart.first),
                milliseconds(coldStart.median),
                coldStart.build,
              )}
            </dd>
          </div>
        )}
        <div>
          <dt>{words.machine}</dt>
          <dd>
            {words.processors(machine.processors)},{' '}
            {machine.isolated ? words.isolated : words.notIsolated}
            <small>{machine.browser}</small>
          </dd>
        </div>
        {skipped.length > 0 && (
          <div>
            <dt>{words.skipped}</dt>
            {skipped.map(({ build, reason }) => (
              <dd key={build}>
                {build}: {reason}
              </dd>
            ))}
          </div>
        )}
      </dl>
    </>
  );
}
