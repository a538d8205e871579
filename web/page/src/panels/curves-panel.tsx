import { useMemo } from 'preact/hooks';
import { CurveChart } from '../charts/curve-chart.tsx';
import { askForCurves, curves, curvesSeconds, shown } from '../engine/detect.ts';
import type { Curves } from '../engine/result.ts';
import { relativeScore, scores, settingAt } from '../engine/scores.ts';
import { strings } from '../i18n/index.ts';
import { lang, state, type Setting } from '../state/state.ts';

const temperatureTicks = [1, 10, 100, 1000];
const epsilonTicks = [0, 0.001, 0.002, 0.003, 0.004];

/** Scores over T by relativeScore(), each with the threshold of its temperature; null where one is not known. */
function relative(
  found: Curves,
  { epsilon, direction }: Setting,
  classes: number,
): number[] | null {
  const values = found.temperatures.map((temperature, i) => {
    const threshold = settingAt({ temperature, epsilon, direction })?.threshold;
    const score = found.overTemperature[i] ?? NaN;
    return threshold === undefined ? NaN : relativeScore(score, threshold, classes);
  });
  return values.every(Number.isFinite) ? values : null;
}

function Table({ rows, names }: { rows: [string, string][]; names: [string, string] }) {
  return (
    <details class="as-table">
      <summary>{strings.value.curves.asTable}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{names[0]}</th>
            <th scope="col">{names[1]}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([x, y]) => (
            <tr key={x}>
              <td>{x}</td>
              <td>{y}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function Curve(props: {
  title: string;
  lead: string;
  x: number[];
  y: number[];
  threshold: (number | null)[];
  at: number;
  logarithmic: boolean;
  xName: string;
  ticks: number[];
  yName: string;
  digits: number;
}) {
  const t = strings.value.curves;
  const { x, y, digits } = props;
  const text = (i: number) => (y.at(i) ?? NaN).toFixed(digits);
  return (
    <figure>
      <figcaption>
        <strong>{props.title}</strong>
        <span>{props.lead}</span>
      </figcaption>
      <CurveChart
        x={x}
        score={y}
        threshold={props.threshold}
        at={props.at}
        logarithmic={props.logarithmic}
        xName={props.xName}
        ticks={props.ticks}
        digits={Math.min(digits, 4)}
        label={`${props.title}. ${t.alt(`${props.xName} = ${x[0]}`, `${props.xName} = ${x.at(-1)}`, text(0), text(-1))}`}
      />
      <Table names={[props.xName, props.yName]} rows={x.map((v, i) => [String(v), text(i)])} />
    </figure>
  );
}

export function CurvesPanel() {
  const t = strings.value.curves;
  const { temperature, epsilon, direction } = state.value;
  const found = curves.value;
  const classes = shown.value?.classes.length ?? 10;
  const known = scores.value;
  const overT = useMemo(
    () => found && relative(found, state.value, classes),
    [found, epsilon, direction, classes, known],
  );
  const ones = useMemo(() => found?.temperatures.map(() => 1) ?? [], [found]);
  const none = useMemo(() => found?.temperatures.map(() => null) ?? [], [found]);
  const thresholds = useMemo(
    () =>
      found?.epsilons.map((e) => settingAt({ ...state.value, epsilon: e })?.threshold ?? null) ??
      [],
    [found, temperature, direction, known],
  );
  return (
    <section class="card curves" aria-labelledby="curves-title" data-testid="curves">
      <h2 id="curves-title">{t.title}</h2>
      {curvesSeconds.value !== null ? (
        <div class="asked">
          <p class="hint">{t.slow(Math.round(curvesSeconds.value).toLocaleString(lang.value))}</p>
          <button type="button" class="button" onClick={askForCurves}>
            {t.compute}
          </button>
        </div>
      ) : !found ? (
        <p class="hint">{t.loading}</p>
      ) : (
        <div class="pair">
          <Curve
            title={t.temperature}
            lead={overT ? t.temperatureLead : t.temperaturePlain}
            x={found.temperatures}
            y={overT ?? found.overTemperature}
            threshold={overT ? ones : none}
            at={temperature}
            logarithmic={true}
            xName={t.axisT}
            ticks={temperatureTicks}
            yName={t.score}
            digits={overT ? 2 : 5}
          />
          <Curve
            title={t.epsilon}
            lead={t.epsilonLead}
            x={found.epsilons}
            y={found.overEpsilon}
            threshold={thresholds}
            at={epsilon}
            logarithmic={false}
            xName={t.axisEpsilon}
            ticks={epsilonTicks}
            yName={t.score}
            digits={6}
          />
        </div>
      )}
    </section>
  );
}
