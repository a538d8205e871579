import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { verdictOf } from '../../../api/verdict.ts';
import { HistogramChart } from '../charts/histogram-chart.tsx';
import { shown } from '../engine/detect.ts';
import { networkName } from '../engine/engine.ts';
import { scores, setting, type Histogram, type ScoreSet } from '../engine/scores.ts';
import { strings } from '../i18n/index.ts';
import { percent, score as scoreText } from '../ui/format.ts';

const setName = (set: ScoreSet) => strings.value.histogram.sets[set.name] ?? set.name;

const sharesOf = (counts: number[]) => {
  const sum = counts.reduce((a, b) => a + b, 0) || 1;
  return counts.map((count) => count / sum);
};

function One(props: {
  title: string;
  histogram: Histogram;
  inSet: ScoreSet;
  outSet: ScoreSet;
  inAt: number;
  outAt: number;
  score: number;
  temperature: number;
}) {
  const t = strings.value.histogram;
  const { histogram, inAt, outAt, score, temperature } = props;
  const inShares = useMemo(() => sharesOf(histogram.counts[inAt] ?? []), [histogram, inAt]);
  const outShares = useMemo(() => sharesOf(histogram.counts[outAt] ?? []), [histogram, outAt]);
  const side =
    verdictOf(score, histogram.threshold) === 'in'
      ? strings.value.verdict.margin.above
      : strings.value.verdict.margin.below;
  const label = t.alt(
    scoreText(score, temperature),
    scoreText(histogram.threshold, temperature),
    side,
  );
  return (
    <figure class="histogram">
      <figcaption>
        <strong>{props.title}</strong>
      </figcaption>
      <HistogramChart
        low={histogram.low}
        high={histogram.high}
        inShares={inShares}
        outShares={outShares}
        threshold={histogram.threshold}
        thresholdName={t.threshold}
        score={score}
        scoreName={t.thisPicture}
        digits={temperature >= 100 ? 4 : 2}
        label={label}
      />
      <ul class="legend">
        <li>
          <i class="key in" />
          {t.passes(percent(histogram.above[inAt] ?? 0), setName(props.inSet))}
        </li>
        <li>
          <i class="key out" />
          {t.passes(percent(histogram.above[outAt] ?? 0), setName(props.outSet))}
        </li>
      </ul>
    </figure>
  );
}

export function HistogramPanel() {
  const t = strings.value.histogram;
  const chosen = useSignal(0);
  const known = scores.value;
  const now = shown.value;
  const outs = known?.sets.filter((set) => set.role === 'out') ?? [];
  const inSet = known?.sets.find((set) => set.role === 'in');
  const outSet = outs[Math.min(chosen.value, outs.length - 1)];
  const sets = known &&
    inSet &&
    outSet && { inSet, outSet, inAt: known.sets.indexOf(inSet), outAt: known.sets.indexOf(outSet) };
  const isOwn = (now?.model ?? networkName.value).endsWith('.safetensors');
  return (
    <section class="card histograms" aria-labelledby="histogram-title">
      <div class="card-head">
        <h2 id="histogram-title">{t.title}</h2>
        {outs.length > 1 && (
          <label class="field">
            {t.against}
            <select
              value={chosen.value}
              onChange={(event) => (chosen.value = Number(event.currentTarget.value))}
            >
              {outs.map((set, i) => (
                <option key={set.name} value={i}>
                  {setName(set)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <p class="about">{t.lead}</p>
      {!known || !sets || !now ? (
        <p class="hint">{isOwn ? t.none : t.loading}</p>
      ) : (
        <div class="pair">
          <One
            title={t.baseline}
            histogram={known.baseline}
            score={now.result.msp}
            temperature={1}
            {...sets}
          />
          {setting.value ? (
            <One
              title={t.odin}
              histogram={setting.value}
              score={now.result.odin}
              temperature={now.temperature}
              {...sets}
            />
          ) : (
            <p class="hint">{t.noneHere}</p>
          )}
        </div>
      )}
    </section>
  );
}
