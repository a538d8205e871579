import { useMemo } from 'preact/hooks';
import uPlot from 'uplot';
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
  label: string;
}

function marker(
  plot: uPlot,
  at: number,
  colour: string,
  text: string,
  level: number,
  dash: boolean,
) {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  const x = Math.round(
    Math.min(bbox.left + bbox.width, Math.max(bbox.left, plot.valToPos(at, 'x', true))),
  );
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour;
  ctx.lineWidth = 2 * scale;
  ctx.setLineDash(dash ? [4 * scale, 3 * scale] : []);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top - (level === 0 ? 4 : 23) * scale);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.font = `600 ${12 * scale}px ${getComputedStyle(document.body).fontFamily}`;
  const half = ctx.measureText(text).width / 2;
  ctx.textAlign = 'center';
  const middle = Math.min(bbox.left + bbox.width - half, Math.max(bbox.left + half, x));
  ctx.fillText(text, middle, bbox.top - (level === 0 ? 8 : 27) * scale);
  ctx.restore();
}

export function HistogramChart(props: HistogramChartProps) {
  const { low, high, inShares, outShares, threshold, score, digits } = props;
  const bins = inShares.length;
  const data = useMemo<uPlot.AlignedData>(() => {
    const centres = inShares.map((_, i) => low + ((i + 0.5) * (high - low)) / bins);
    return [centres, inShares, outShares];
  }, [low, high, inShares, outShares]);
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
        padding: [44, 12, 0, 0] as uPlot.Padding,
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false, range: [low, high] as uPlot.Range.MinMax } },
        axes: [
          axis(colours, {
            space: 70,
            size: 28,
            values: (_, ticks) => ticks.map((tick) => tick.toFixed(digits)),
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
              marker(plot, threshold, colours.muted, props.thresholdName, 0, true);
              const side = score > threshold ? colours.accent : colours.out;
              marker(plot, score, side, props.scoreName, 1, false);
            },
          ],
        },
      };
    },
    [low, high, threshold, score, digits, props.thresholdName, props.scoreName],
  );
  return <Plot options={options} data={data} height={210} label={props.label} />;
}
