import { useLayoutEffect, useRef } from 'preact/hooks';
import { plane, side } from './learning/pictures.ts';

/** A kept picture as it is; it has no name of its own. */
export function Thumbnail({ rgb }: { rgb: Uint8Array }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const image = new ImageData(side, side);
    for (let i = 0; i < plane; ++i) {
      for (let c = 0; c < 3; ++c) image.data[4 * i + c] = rgb[3 * i + c]!;
      image.data[4 * i + 3] = 255;
    }
    canvas.current!.getContext('2d')!.putImageData(image, 0, 0);
  }, [rgb]);
  return <canvas ref={canvas} class="pixels" width={side} height={side} aria-hidden="true" />;
}
