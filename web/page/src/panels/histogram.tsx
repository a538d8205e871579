import { useMemo } from 'preact/hooks';
import { verdictOf } from '../../../api/verdict.ts';
import { HistogramChart } from '../charts/histogram-chart.tsx';
import type { Histogram, ScoreSet } from '../engine/scores.ts';
import { strings } from '../i18n/index.ts';
import { percent, score as scoreText } from '../ui/format.ts';
import { setName } from './set-name.ts';

const sharesOf = (counts: number[]) => {
  const sum = counts.reduce((a, b) => a + b, 0) || 1;
  return counts.map((count) => count / sum);
};

/** Scores of a known set and of a strange one, and where this picture's lies. */
export function HistogramOf(props: {
  histogram: Histogram;
  sets: ScoreSet[];
  inAt: number;
  outAt: number;
  score: number;
  temperature: number;
  height: number;
}) {
  const t = strings.value.histogram;
  const { histogram, sets, inAt, outAt, score, temperature } = props;
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
  const entry = (at: number, kind: 'in' | 'out') => (
    <li>
      <i class={`key ${kind}`} />
      {t.passes(percent(histogram.above[at] ?? 0), setName(sets[at]!))}
    </li>
  );
  return (
    <div class="histogram">
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
        height={props.height}
        label={label}
      />
      <ul class="legend">
        {entry(inAt, 'in')}
        {entry(outAt, 'out')}
      </ul>
    </div>
  );
}
