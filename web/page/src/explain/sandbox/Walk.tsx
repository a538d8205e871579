import { useState } from 'preact/hooks';
import type { ScalarTape } from '../../../../api/types.ts';
import { num } from '../parts/format.ts';
import { Formula } from '../parts/math.tsx';
import { scalarRules } from '../parts/rules.tsx';
import type { Strings } from '../words/en.ts';
import { Player } from '../parts/Player.tsx';
import { symbolOf } from '../expression/symbols.ts';
import { GraphView } from './GraphView.tsx';
import type { Step } from '../expression/parse.ts';

interface Props {
  steps: readonly Step[];
  tape: ScalarTape;
  words: Strings['sandbox'];
  playerWords: Strings['tape'];
}

/** The graph of a program with a player: first the values one by one, then the gradients in the tape's order. */
export function Walk({ steps, tape, words, playerWords }: Props) {
  const last = steps.length + tape.order.length;
  const [chosen, setPosition] = useState(last);
  const [playing, setPlaying] = useState(false);
  const position = Math.min(chosen, last);
  const forward = new Set(steps.map((_, i) => i).slice(0, position));
  const visited = tape.order.slice(0, Math.max(0, position - steps.length));
  const current = position === 0 ? null : (visited.at(-1) ?? position - 1);
  const status =
    position === 0
      ? words.ready
      : visited.length > 0
        ? words.backwardAt(visited.length, tape.order.length)
        : words.forwardAt(position, steps.length);
  return (
    <>
      <GraphView
        steps={steps}
        tape={tape}
        forward={forward}
        backward={new Set(visited)}
        current={current}
        label={words.graph}
      />
      <Player
        words={{ ...playerWords, player: words.player, position: words.step }}
        position={position}
        last={last}
        turn={steps.length}
        status={status}
        milliseconds={700}
        onMove={setPosition}
        onPlaying={setPlaying}
        next={(direction) => Math.min(last, Math.max(0, position + direction))}
      />
      <div class="ex-explanation" aria-live={playing ? 'off' : 'polite'}>
        <p class={`ex-status ${visited.length > 0 ? 'ex-back' : ''}`}>{status}</p>
        {current !== null && (
          <Explanation
            steps={steps}
            tape={tape}
            at={current}
            backward={visited.length > 0}
            words={words}
          />
        )}
        {position === last && <Result steps={steps} tape={tape} words={words} />}
      </div>
      <TapeTable steps={steps} tape={tape} words={words} />
    </>
  );
}

function Explanation(props: Omit<Props, 'playerWords'> & { at: number; backward: boolean }) {
  const { steps, tape, at, backward, words } = props;
  const step = steps[at];
  if (!step) return null;
  const rule = scalarRules[step.op];
  const value = num(tape.values[at] ?? NaN, 5);
  if (!backward) {
    if (step.op === 'constant') return <p>{words.isConstant}</p>;
    if (!rule) return <p>{words.isVariable(symbolOf(step))}</p>;
    return (
      <p>
        <Formula parts={rule.forward} /> = <strong>{value}</strong>
      </p>
    );
  }
  const flows = tape.flows.filter(({ from }) => from === at);
  return (
    <>
      <p>
        {at === steps.length - 1 ? words.starts : words.arrived(symbolOf(step))}{' '}
        <strong>{num(tape.gradients[at] ?? NaN, 5)}</strong>
      </p>
      {rule && flows.length > 0 && (
        <p>
          {words.passes}{' '}
          {rule.backward.map((parts, i) => (
            <span key={i} class="ex-rule">
              <Formula parts={parts} />
            </span>
          ))}
          {flows
            .map(({ to, amount }) => {
              const target = steps[to];
              return target && words.to(`${symbolOf(target)}`, num(amount, 5));
            })
            .join(', ')}
        </p>
      )}
    </>
  );
}

function Result({ steps, tape, words }: Omit<Props, 'playerWords'>) {
  const derivatives = steps.flatMap((step, i) =>
    step.op === 'variable' ? [words.derivative(step.name, num(tape.gradients[i] ?? NaN, 6))] : [],
  );
  return (
    <p class="ex-result">
      {words.result([num(tape.values.at(-1) ?? NaN, 6), ...derivatives].join(', '))}
    </p>
  );
}

function TapeTable({ steps, tape, words }: Omit<Props, 'playerWords'>) {
  return (
    <details class="ex-table">
      <summary>{words.tableTitle}</summary>
      <table>
        <thead>
          <tr>
            {words.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.map((step, i) => (
            <tr key={i}>
              <th scope="row">%{i + 1}</th>
              <td>
                {symbolOf(step)}
                {'a' in step && ` (%${step.a + 1}${'b' in step ? `, %${step.b + 1}` : ''})`}
              </td>
              <td>{num(tape.values[i] ?? NaN, 6)}</td>
              <td>{tape.order.includes(i) ? num(tape.gradients[i] ?? NaN, 6) : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
