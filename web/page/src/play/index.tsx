import { useEffect, useMemo, useState } from 'preact/hooks';
import { lang, state, theme, update } from '../state/state.ts';
import { Choice } from '../ui/choice.tsx';
import { NetworkControls, ScoreControls } from './controls.tsx';
import { pointsOf } from './data.ts';
import { emptySquares, figuresOf } from './figures.ts';
import { Plane, type View } from './plane.tsx';
import './play.css';
import { fromText, mostDrawn, toText, type Setting } from './setting.ts';
import { useEngine } from './useEngine.ts';
import { en } from './words/en.ts';
import { ko } from './words/ko.ts';

/** Two-dimensional data, a small network, and what it and ODIN make of the whole plane. */
export default function PlayTab() {
  const words = lang.value === 'ko' ? ko : en;
  const setting = useMemo(() => fromText(state.value.play), [state.value.play]);
  const { data, seed, drawn } = setting;
  const points = useMemo(() => pointsOf({ data, seed, drawn }), [data, seed, state.value.play]);
  const stable = useStable(points);
  const empty = useMemo(() => emptySquares(stable), [stable]);
  const [isRunning, setRunning] = useState(true);
  const [round, setRound] = useState(0);
  const [pen, setPen] = useState<'0' | '1'>('0');
  const { isReady, picture, failure, step, restart } = useEngine(setting, stable, isRunning, round);
  const change = (what: Partial<Setting>) =>
    update({ play: toText({ ...fromText(state.peek().play), ...what }) });
  const isBoth = new Set(stable.map(({ label }) => label)).size === 2;
  const figures = picture && figuresOf(picture, empty);

  const addPoint = (x: number, y: number) => {
    const before = fromText(state.peek().play).drawn;
    if (before.length >= mostDrawn) return;
    change({ drawn: [...before, { x, y, label: pen === '1' ? 1 : 0 }] });
  };
  const plane = (view: View) => (
    <Plane
      picture={isBoth ? picture : null}
      view={view}
      points={stable}
      theme={theme.value}
      label={words.plane(words[view])}
      onPoint={data === 'drawn' ? addPoint : null}
    />
  );
  return (
    <div class="play">
      <header>
        <h1 id="play-title" tabIndex={-1}>
          {words.title}
        </h1>
        <p>{words.lead}</p>
      </header>
      {failure !== null && (
        <div class="problem" role="alert">
          <p>{words.failed(failure)}</p>
          <button type="button" class="button" onClick={restart}>
            {words.again}
          </button>
        </div>
      )}
      <section class="card" aria-label={words.title}>
        <div class="play-controls">
          <NetworkControls words={words} setting={setting} change={change} />
          {data === 'drawn' && (
            <div class="row play-pen">
              <Choice
                name="play-pen"
                label={words.pen}
                value={pen}
                options={(['0', '1'] as const).map((value) => ({
                  value,
                  label: words.pens[value],
                }))}
                onChange={setPen}
              />
              <button type="button" class="button" onClick={() => change({ drawn: [] })}>
                {words.clear}
              </button>
              <p class="hint">{words.drawHint}</p>
            </div>
          )}
          <div class="row play-run">
            <button
              type="button"
              class="button primary"
              aria-pressed={isRunning}
              disabled={!isReady}
              onClick={() => setRunning(!isRunning)}
            >
              {isRunning ? words.pause : words.run}
            </button>
            <button
              type="button"
              class="button"
              disabled={!isReady || isRunning || !isBoth}
              onClick={step}
            >
              {words.step}
            </button>
            <button
              type="button"
              class="button"
              disabled={!isReady}
              onClick={() => setRound(round + 1)}
            >
              {words.anew}
            </button>
            <p
              class="hint"
              data-testid="play-state"
              data-steps={picture?.steps ?? 0}
              data-accuracy={picture?.accuracy ?? 0}
            >
              {!isReady
                ? words.starting
                : !isBoth
                  ? words.twoClasses
                  : picture &&
                    words.state(picture.steps, picture.loss.toFixed(3), picture.accuracy)}
            </p>
          </div>
          <ScoreControls words={words} setting={setting} change={change} />
        </div>
        <figure>
          <figcaption>
            <strong>{words.confidence}</strong>
            <span>{words.confidenceLead}</span>
          </figcaption>
          {plane('confidence')}
          <p>{figures && isBoth && words.far(figures.sure)}</p>
        </figure>
        <figure>
          <figcaption>
            <strong>{words.odin}</strong>
            <span>{words.odinLead}</span>
          </figcaption>
          {plane('odin')}
          <p
            data-testid="play-rejected"
            data-odin={figures?.odin ?? -1}
            data-baseline={figures?.baseline ?? -1}
          >
            {figures && isBoth && words.rejected(figures.odin, figures.baseline)}
          </p>
        </figure>
      </section>
    </div>
  );
}

/** The list of before where it has the same points, so that a slider does not begin the training anew. */
function useStable<T>(value: T): T {
  const [kept, setKept] = useState(value);
  const isSame = JSON.stringify(kept) === JSON.stringify(value);
  useEffect(() => {
    if (!isSame) setKept(value);
  }, [isSame, value]);
  return isSame ? kept : value;
}
