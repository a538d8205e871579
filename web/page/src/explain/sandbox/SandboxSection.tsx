import { useEffect, useId, useMemo, useState } from 'preact/hooks';
import type { Odin, ScalarProgram, ScalarTape } from '../../../../api/types.ts';
import type { Strings } from '../words/en.ts';
import { examples } from '../expression/examples.ts';
import { ExpressionError, parse, variablesOf } from '../expression/parse.ts';
import { fromText, toText, type SandboxState } from '../expression/state.ts';
import { Walk } from './Walk.tsx';

interface Props {
  odin: Odin | null;
  /** From the link, and what to put in it. */
  initial: string | null;
  onChange: (text: string) => void;
  words: Strings['sandbox'];
  playerWords: Strings['tape'];
  waiting: string;
  failed: (reason: string) => string;
}

/** A tape and what it is of, which may be an expression before the one in the field. */
interface Run {
  expression: string;
  program: ScalarProgram;
  tape: ScalarTape;
}

export function SandboxSection(props: Props) {
  const { odin, words } = props;
  const [state, setState] = useState(() => fromText(props.initial));
  const [run, setRun] = useState<Run | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const parsed = useMemo(() => tryParse(state), [state]);
  const program = parsed instanceof ExpressionError ? null : parsed;

  useEffect(() => {
    if (!odin || !program) return;
    let current = true;
    odin.differentiate(program).then(
      (tape) => {
        if (!current) return;
        setRun({ expression: state.expression, program, tape });
        setFailure(null);
      },
      (error: Error) => current && setFailure(error.message),
    );
    return () => void (current = false);
  }, [odin, program]);

  const change = (next: SandboxState) => {
    setState(next);
    props.onChange(toText(next));
  };
  return (
    <div class="ex-card ex-sandbox">
      <ExpressionField
        state={state}
        problem={program ? null : (parsed as ExpressionError)}
        words={words}
        onChange={change}
      />
      {program && <Variables program={program} state={state} words={words} onChange={change} />}
      {failure && <p class="ex-error">{props.failed(failure)}</p>}
      {!odin && <p>{props.waiting}</p>}
      {run && program && (
        <Walk
          steps={run.program.steps}
          tape={run.tape}
          words={words}
          playerWords={props.playerWords}
          key={run.expression}
        />
      )}
    </div>
  );
}

function tryParse({ expression, values }: SandboxState): ScalarProgram | ExpressionError {
  try {
    return parse(expression, values);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
}

interface FieldProps {
  state: SandboxState;
  words: Strings['sandbox'];
  onChange: (state: SandboxState) => void;
}

function ExpressionField({
  state,
  problem,
  words,
  onChange,
}: FieldProps & { problem: ExpressionError | null }) {
  const id = useId();
  return (
    <div class="ex-expression">
      <label for={id}>{words.expression}</label>
      <input
        id={id}
        type="text"
        value={state.expression}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        aria-invalid={problem !== null}
        aria-describedby={`${id}-note`}
        onInput={(event) => onChange({ ...state, expression: event.currentTarget.value })}
      />
      <div id={`${id}-note`} aria-live="polite">
        {problem ? (
          <p class="ex-error">
            {words.errors[problem.kind](problem.position + 1, problem.detail)}
            <PositionMark text={state.expression} problem={problem} />
          </p>
        ) : (
          <p class="ex-small">{words.help}</p>
        )}
      </div>
      <div class="ex-examples" role="group" aria-label={words.examples}>
        {examples.map(({ key, expression, values }) => (
          <button
            type="button"
            key={key}
            aria-pressed={state.expression === expression}
            onClick={() => onChange({ expression, values: { ...values } })}
          >
            <span>{words.exampleNames[key]}</span>
            <code>{expression}</code>
          </button>
        ))}
      </div>
    </div>
  );
}

/** The expression again, with what is wrong marked. */
function PositionMark({ text, problem }: { text: string; problem: ExpressionError }) {
  if (problem.kind === 'empty' || problem.kind === 'constant' || problem.kind === 'too-long')
    return null;
  const length = Math.max(1, problem.detail.length);
  const { position } = problem;
  return (
    <code class="ex-mark" aria-hidden="true">
      {text.slice(0, position)}
      <mark>{text.slice(position, position + length) || ' '}</mark>
      {text.slice(position + length)}
    </code>
  );
}

function Variables({ program, state, words, onChange }: FieldProps & { program: ScalarProgram }) {
  const set = (name: string, value: number) => {
    if (Number.isFinite(value)) onChange({ ...state, values: { ...state.values, [name]: value } });
  };
  return (
    <fieldset class="ex-variables">
      <legend>{words.variables}</legend>
      {variablesOf(program).map(({ name, value }) => (
        <div key={name}>
          <label>
            <var>{name}</var>
            <input
              type="range"
              min={-5}
              max={5}
              step={0.1}
              value={value}
              onInput={(event) => set(name, Number(event.currentTarget.value))}
            />
          </label>
          <input
            type="number"
            step="any"
            value={value}
            aria-label={words.exact(name)}
            onInput={(event) => set(name, event.currentTarget.valueAsNumber)}
          />
        </div>
      ))}
    </fieldset>
  );
}
