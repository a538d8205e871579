import { useLayoutEffect, useRef } from 'preact/hooks';
import { imageOfPlanes } from '../../pictures/pixels.ts';
import { gradientColour, valueColour, type Theme } from './colours.ts';

/** Values are spread over the map's own range; gradients over one that several maps may share. */
export type Scale = { kind: 'value' } | { kind: 'gradient'; maxAbs: number };

interface Props {
  data: Float32Array;
  width: number;
  height: number;
  scale: Scale;
  theme: Theme;
  label: string;
  class?: string;
}

/** One channel as a picture; its pixels stay square and sharp. */
export function MapCanvas(props: Props) {
  const { data, width, height, scale, theme } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(width, height);
    const [min, max] = [Math.min(...data), Math.max(...data)];
    data.forEach((x, i) => {
      const colour =
        scale.kind === 'value'
          ? valueColour(theme, x, min, max)
          : gradientColour(theme, x, scale.maxAbs);
      image.data.set([...colour, 255], 4 * i);
    });
    context.putImageData(image, 0, 0);
  }, [data, width, height, theme, scale.kind, scale.kind === 'gradient' && scale.maxAbs]);
  return (
    <canvas
      ref={canvas}
      class={`ex-map ${props.class ?? ''}`}
      width={width}
      height={height}
      role="img"
      aria-label={props.label}
    />
  );
}

/** Three channels in [0,1] as they are seen. */
export function PictureCanvas(props: { pixels: Float32Array; label: string; class?: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const side = Math.sqrt(props.pixels.length / 3);
  useLayoutEffect(() => {
    canvas.current?.getContext('2d')?.putImageData(imageOfPlanes(props.pixels), 0, 0);
  }, [props.pixels]);
  return (
    <canvas
      ref={canvas}
      class={`ex-map ${props.class ?? ''}`}
      width={side}
      height={side}
      role="img"
      aria-label={props.label}
    />
  );
}
