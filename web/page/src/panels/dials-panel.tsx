import { chosenSet, compared, likeSetOfShown } from '../engine/judgement.ts';
import { shown } from '../engine/detect.ts';
import { networkName, readyModel } from '../engine/engine.ts';
import { epsilons, temperatures } from '../engine/result.ts';
import { scores, setting } from '../engine/scores.ts';
import { strings } from '../i18n/index.ts';
import { isShipped } from '../shipped/models.ts';
import { defaults, state, update } from '../state/state.ts';
import { Slider } from '../ui/slider.tsx';
import type { HistogramOf } from './histogram.tsx';
import { setName } from './set-name.ts';

const chartHeight = 164;

interface Props {
  /** null before it is fetched: the first verdict comes first. */
  Histogram: typeof HistogramOf | null;
}

function SetChoice() {
  const t = strings.value.histogram;
  const known = scores.value;
  const at = compared.value;
  if (!known || !at) return null;
  const outs = known.sets.filter((set) => set.role === 'out');
  return (
    <label class="field against">
      {t.against}
      <select
        value={known.sets[at.outAt]?.name}
        onChange={(event) =>
          (chosenSet.value = { instead: likeSetOfShown.peek(), name: event.currentTarget.value })
        }
      >
        {outs.map((set) => (
          <option key={set.name} value={set.name}>
            {setName(set)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Chart({ Histogram }: Props) {
  const t = strings.value.histogram;
  const [now, known, at, here] = [shown.value, scores.value, compared.value, setting.value];
  const network = now?.model ?? networkName.value;
  if (!Histogram || !now || !known || !at)
    return <p class="hint">{isShipped(network) ? t.loading : t.none}</p>;
  if (!here) return <p class="hint">{t.noneHere}</p>;
  return (
    <Histogram
      histogram={here}
      sets={known.sets}
      inAt={at.inAt}
      outAt={at.outAt}
      score={now.result.odin}
      temperature={now.temperature}
      height={chartHeight}
    />
  );
}

/** The known scores and the two settings that move them, beside the verdict that follows. */
export function DialsPanel({ Histogram }: Props) {
  const t = strings.value;
  const { temperature, epsilon, direction } = state.value;
  const own = readyModel()?.info;
  const { temperature: T, epsilon: eps } = own?.defaults ?? defaults;
  const tuned = { temperature: T, epsilon: eps, direction: defaults.direction };
  const isTuned =
    temperature === tuned.temperature && epsilon === tuned.epsilon && direction === tuned.direction;
  return (
    <section class="card dials" aria-labelledby="histogram-title">
      <div class="card-head">
        <h2 id="histogram-title">{t.histogram.title}</h2>
        <SetChoice />
      </div>
      <div class="chart-place">
        <Chart Histogram={Histogram} />
      </div>
      <div class="settings">
        <Slider
          id="temperature"
          label={t.controls.temperature}
          values={temperatures}
          value={temperature}
          help={t.controls.temperatureHelp}
          disabled={!own}
          text={String}
          onChange={(value) => update({ temperature: value })}
        />
        <Slider
          id="epsilon"
          label={t.controls.epsilon}
          values={epsilons}
          value={epsilon}
          help={t.controls.epsilonHelp((255 * epsilon).toFixed(2))}
          disabled={!own}
          text={(value) => value.toFixed(4)}
          onChange={(value) => update({ epsilon: value })}
        />
      </div>
      <button
        type="button"
        class="button reset"
        disabled={isTuned || !own}
        onClick={() => update(tuned)}
      >
        {t.controls.reset}
      </button>
    </section>
  );
}
