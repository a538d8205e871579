import { useEffect, useRef } from 'preact/hooks';
import { strings } from '../i18n/index.ts';
import { Choice } from '../ui/choice.tsx';
import { moved, original, squareSide, takePart, type Original } from './crop.ts';

const keySteps: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const show = (part: Original) => void takePart(part).catch(() => undefined);

/** The square over the picture that the network is shown, to be dragged or moved by arrow keys. */
function Square({ of }: { of: Original }) {
  const t = strings.value.input;
  const from = useRef<{ x: number; y: number; part: Original } | null>(null);
  const { width, height } = of.image;
  const side = squareSide(of);
  const drag = (event: PointerEvent) => {
    const begun = from.current;
    if (!begun) return;
    const box = (event.currentTarget as HTMLElement).parentElement!.getBoundingClientRect();
    const scale = width / box.width;
    const [dx, dy] = [event.clientX - begun.x, event.clientY - begun.y];
    show(moved(begun.part, begun.part.x + dx * scale, begun.part.y + dy * scale));
  };
  const key = (event: KeyboardEvent) => {
    const step = keySteps[event.key];
    if (!step) return;
    event.preventDefault();
    const size = Math.max(1, Math.round(Math.max(width, height) / 32));
    show(moved(of, of.x + size * step[0], of.y + size * step[1]));
  };
  return (
    <span
      class="square"
      role="slider"
      tabIndex={0}
      aria-label={t.square}
      aria-valuemin={0}
      aria-valuemax={Math.max(width, height) - side}
      aria-valuenow={of.x + of.y}
      style={{
        left: `${(100 * of.x) / width}%`,
        top: `${(100 * of.y) / height}%`,
        width: `${(100 * side) / width}%`,
        height: `${(100 * side) / height}%`,
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.clientX, y: event.clientY, part: of };
      }}
      onPointerMove={drag}
      onPointerUp={() => (from.current = null)}
      onPointerCancel={() => (from.current = null)}
      onKeyDown={key}
    />
  );
}

/** The picture that was uploaded, in its own shape, and which part of it is judged. */
export function CropInput() {
  const t = strings.value.input;
  const canvas = useRef<HTMLCanvasElement>(null);
  const now = original.value;
  useEffect(() => {
    if (!now || !canvas.current) return;
    canvas.current.width = now.image.width;
    canvas.current.height = now.image.height;
    canvas.current.getContext('2d')!.putImageData(now.image, 0, 0);
  }, [now?.image]);
  if (!now) return null;
  const { width, height } = now.image;
  const isSquare = width === height;
  return (
    <div class="crop" data-testid="crop">
      <div
        class="original"
        style={{ aspectRatio: `${width} / ${height}`, '--shape': width / height }}
      >
        <canvas ref={canvas} role="img" aria-label={t.original(now.name, width, height)} />
        {!isSquare && !now.whole && <Square of={now} />}
      </div>
      <div class="crop-choice">
        <p class="hint">{isSquare ? t.originalHint : now.whole ? t.wholeHint : t.squareHint}</p>
        {!isSquare && (
          <Choice
            name="part"
            label={t.part}
            value={now.whole ? 'whole' : 'square'}
            options={(['square', 'whole'] as const).map((value) => ({
              value,
              label: t.parts[value],
            }))}
            onChange={(value) => show({ ...now, whole: value === 'whole' })}
          />
        )}
      </div>
    </div>
  );
}
