import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Planes } from '../../../../api/types.ts';
import { imageOfPlanes } from '../../pictures/pixels.ts';
import { gradientColour, rangeOf, valueColour, type Theme } from './colours.ts';

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
    const [min, max] = rangeOf(data);
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

/** One channel or three in [0,1] as they are seen. */
export function PictureCanvas(props: { picture: Planes; label: string; class?: string }) {
  const { width, height, data } = props.picture;
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    canvas.current?.getContext('2d')?.putImageData(imageOfPlanes({ width, height, data }), 0, 0);
  }, [width, height, data]);
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
