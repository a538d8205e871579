import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { theme } from '../state/state.ts';

export interface Palette {
  ink: string;
  muted: string;
  line: string;
  accent: string;
  accentSoft: string;
  out: string;
  outSoft: string;
  surface: string;
}

function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: colour('--ink'),
    muted: colour('--ink-3'),
    line: colour('--line'),
    accent: colour('--accent'),
    accentSoft: colour('--accent-soft'),
    out: colour('--out'),
    outSoft: colour('--out-soft'),
    surface: colour('--surface'),
  };
}

/** Colours and type of every axis on the page. */
export function axis(colours: Palette, rest: uPlot.Axis): uPlot.Axis {
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  return {
    stroke: colours.muted,
    font,
    labelFont: font,
    labelSize: 18,
    labelGap: 2,
    gap: 4,
    ticks: { stroke: colours.line, width: 1, size: 4 },
    grid: { stroke: colours.line, width: 1 },
    ...rest,
  };
}

export interface PlotProps {
  /** Everything but the size, with the colours of the theme. */
  options: (colours: Palette) => Omit<uPlot.Options, 'width' | 'height'>;
  data: uPlot.AlignedData;
  height: number;
  /** The chart in one sentence, for those who do not see it. */
  label: string;
}

/** A uPlot chart as wide as its place, drawn anew when the theme, the options or the data change. */
export function Plot({ options, data, height, label }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const colours = theme.value;
  useEffect(() => {
    const element = box.current!;
    const plot = new uPlot(
      { ...options(palette()), width: Math.max(200, element.clientWidth), height },
      data,
      element,
    );
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: Math.max(200, element.clientWidth), height }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [options, data, height, colours]);
  return <div ref={box} class="plot" role="img" aria-label={label} style={{ minHeight: height }} />;
}
