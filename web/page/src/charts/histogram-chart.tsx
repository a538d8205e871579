import { useMemo } from 'preact/hooks';
import uPlot from 'uplot';
import { tickTexts } from '../ui/format.ts';
import { axis, Plot, type Palette } from './plot.tsx';

export interface HistogramChartProps {
  low: number;
  high: number;
  /** Shares a bin, of the known set and of the one compared with. */
  inShares: number[];
  outShares: number[];
  threshold: number;
  thresholdName: string;
  /** This picture's. */
  score: number;
  scoreName: string;
  digits: number;
  height: number;
  label: string;
}

interface Marker {
  at: number;
  text: string;
  colour: string;
  /** Colour behind the text, so that a line there does not cross it out. */
  behind: string;
  /** Above the other marker's text, and drawn through. */
  isUpper: boolean;
}

function draw(plot: uPlot, { at, text, colour, behind, isUpper }: Marker): void {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  const right = bbox.left + bbox.width;
  const x = Math.round(Math.min(right, Math.max(bbox.left, plot.valToPos(at, 'x', true))));
  const textBase = bbox.top - (isUpper ? 27 : 8) * scale;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour;
  ctx.lineWidth = 2 * scale;
  ctx.setLineDash(isUpper ? [] : [4 * scale, 3 * scale]);
  ctx.beginPath();
  ctx.moveTo(x, textBase + 4 * scale);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.font = `600 ${13 * scale}px ${getComputedStyle(document.body).fontFamily}`;
  ctx.textAlign = 'center';
  const half = ctx.measureText(text).width / 2;
  const middle = Math.min(right - half, Math.max(bbox.left + half, x));
  ctx.strokeStyle = behind;
  ctx.lineWidth = 5 * scale;
  ctx.strokeText(text, middle, textBase);
  ctx.fillText(text, middle, textBase);
  ctx.restore();
}

/** One tall bin (a confidence of nearly 1) must not flatten all others: it goes over the top. */
function topOf(inShares: number[], outShares: number[]): number {
  const [tallest = 0, second = 0] = [...inShares].sort((a, b) => b - a);
  const known = tallest > 2 * second ? 1.5 * second : tallest;
  const [strange = 0] = [...outShares].sort((a, b) => b - a);
  return 1.08 * Math.max(known, Math.min(strange, 4 * known)) || 1;
}

export function HistogramChart(props: HistogramChartProps) {
  const { low, high, inShares, outShares, threshold, score, digits } = props;
  const bins = inShares.length;
  const data = useMemo<uPlot.AlignedData>(() => {
    const centres = inShares.map((_, i) => low + ((i + 0.5) * (high - low)) / bins);
    return [centres, inShares, outShares];
  }, [low, high, inShares, outShares]);
  const top = useMemo(() => topOf(inShares, outShares), [inShares, outShares]);
  const options = useMemo(
    () => (colours: Palette) => {
      const bars = uPlot.paths.bars!({ size: [1, Infinity], gap: 0 });
      const series = (stroke: string): uPlot.Series => ({
        stroke,
        fill: `${stroke}55`,
        width: 1,
        paths: bars,
        points: { show: false },
      });
      return {
        padding: [44, 24, 0, 0] as uPlot.Padding,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: false, range: [low, high] as uPlot.Range.MinMax },
          y: { range: [0, top] as uPlot.Range.MinMax },
        },
        axes: [
          axis(colours, {
            space: 70,
            size: 28,
            values: (_, ticks) => tickTexts(ticks, digits),
            grid: { show: false },
          }),
          axis(colours, {
            size: 44,
            values: (_, ticks) => ticks.map((tick) => `${Math.round(100 * tick)}%`),
          }),
        ],
        series: [{}, series(colours.accent), series(colours.out)],
        hooks: {
          draw: [
            (plot: uPlot) => {
              const side = score > threshold ? colours.accent : colours.out;
              const behind = colours.surface;
              const [picture, limit] = [props.scoreName, props.thresholdName];
              draw(plot, { at: score, text: picture, colour: side, behind, isUpper: true });
              draw(plot, {
                at: threshold,
                text: limit,
                colour: colours.muted,
                behind,
                isUpper: false,
              });
            },
          ],
        },
      };
    },
    [low, high, top, threshold, score, digits, props.thresholdName, props.scoreName],
  );
  return <Plot options={options} data={data} height={props.height} label={props.label} />;
}
