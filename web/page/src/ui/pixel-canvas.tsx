import { useLayoutEffect, useRef } from 'preact/hooks';
import { side } from '../pictures/pixels.ts';

/** A small picture, magnified so that each of its pixels can be seen. */
export function PixelCanvas({ image, label }: { image: ImageData | null; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const element = canvas.current!;
    element.width = image?.width ?? side;
    element.height = image?.height ?? side;
    if (image) element.getContext('2d')!.putImageData(image, 0, 0);
  }, [image]);
  return <canvas ref={canvas} class="pixels" role="img" aria-label={label} data-empty={!image} />;
}
