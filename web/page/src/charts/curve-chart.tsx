import { useMemo } from 'preact/hooks';
import uPlot from 'uplot';
import { tickTexts } from '../ui/format.ts';
import { axis, Plot, type Palette } from './plot.tsx';

export interface CurveChartProps {
  x: number[];
  score: number[];
  /** null where none is known. */
  threshold: (number | null)[];
  /** The setting that is chosen now. */
  at: number;
  logarithmic: boolean;
  xName: string;
  ticks: number[];
  digits: number;
  label: string;
}

export function CurveChart(props: CurveChartProps) {
  const { x, score, threshold, at, logarithmic, digits } = props;
  const data = useMemo<uPlot.AlignedData>(() => [x, score, threshold], [x, score, threshold]);
  const options = useMemo(
    () => (colours: Palette) => ({
      padding: [12, 20, 0, 0] as uPlot.Padding,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, ...(logarithmic ? { distr: 3 as const, log: 10 as const } : {}) },
      },
      axes: [
        axis(colours, {
          label: props.xName,
          size: 28,
          splits: () => props.ticks,
          values: (_, ticks) => ticks.map(String),
        }),
        axis(colours, {
          size: 60,
          values: (_, ticks) => tickTexts(ticks, digits),
        }),
      ],
      series: [
        {},
        {
          stroke: colours.accent,
          width: 2,
          points: { show: true, size: 6, fill: colours.surface },
        },
        { stroke: colours.muted, width: 2, dash: [4, 3], points: { show: false } },
      ],
      hooks: {
        draw: [
          (plot: uPlot) => {
            const { ctx, bbox } = plot;
            const left = Math.round(plot.valToPos(at, 'x', true));
            if (!(left >= bbox.left - 1 && left <= bbox.left + bbox.width + 1)) return;
            ctx.save();
            ctx.strokeStyle = colours.ink;
            ctx.globalAlpha = 0.35;
            ctx.lineWidth = devicePixelRatio;
            ctx.beginPath();
            ctx.moveTo(left, bbox.top);
            ctx.lineTo(left, bbox.top + bbox.height);
            ctx.stroke();
            ctx.restore();
          },
        ],
      },
    }),
    [at, logarithmic, props.xName, props.ticks, digits],
  );
  return <Plot options={options} data={data} height={200} label={props.label} />;
}
