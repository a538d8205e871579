import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { coalesced } from '../engine/coalesced.ts';
import { strings } from '../i18n/index.ts';
import { side } from '../pictures/pixels.ts';

/** Side of the pad's canvas, and of a pixel that the network will see on it. */
const padSide = 256;
const cell = padSide / side;

const colours = {
  black: '#141414',
  white: '#ffffff',
  grey: '#8a8d91',
  brown: '#7a4b26',
  red: '#c8322b',
  orange: '#e88a2c',
  yellow: '#f2d14b',
  green: '#4c8c3a',
  sky: '#8fc3ea',
  blue: '#24508f',
} as const;
type ColourName = keyof typeof colours;

function fill(context: CanvasRenderingContext2D, colour: string): void {
  context.fillStyle = colour;
  context.fillRect(0, 0, padSide, padSide);
}

export interface DrawingPadProps {
  /** Draws what is there at first; white by default. */
  begin?: (context: CanvasRenderingContext2D, side: number) => void;
  /** Of each stroke, but not of more than can be dealt with. */
  onDrawn: (image: ImageData) => Promise<void>;
  hint: string;
}

/** A square to draw on, with colours and a brush. */
export function DrawingPad({ begin, onDrawn, hint }: DrawingPadProps) {
  const t = strings.value.input;
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<{ x: number; y: number } | null>(null);
  const [cursor, setCursor] = useState<{ x: number; y: number } | null>(null);
  const [colour, setColour] = useState<ColourName>('black');
  const [brush, setBrush] = useState(20);
  const context = () => canvas.current!.getContext('2d', { willReadFrequently: true })!;

  useEffect(() => {
    fill(context(), 'white');
    begin?.(context(), padSide);
  }, []);
  const told = useRef(onDrawn);
  told.current = onDrawn;

  const judge = useMemo(
    () =>
      coalesced(async () => {
        await new Promise(requestAnimationFrame);
        if (!canvas.current) return;
        await told.current(context().getImageData(0, 0, padSide, padSide));
      }),
    [],
  );
  const stroke = (to: { x: number; y: number }) => {
    const from = last.current ?? to;
    const pen = context();
    pen.strokeStyle = colours[colour];
    pen.lineWidth = brush;
    pen.lineCap = pen.lineJoin = 'round';
    pen.beginPath();
    pen.moveTo(from.x, from.y);
    pen.lineTo(to.x + 0.01, to.y);
    pen.stroke();
    last.current = to;
    void judge();
  };
  const place = (event: PointerEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    const scale = padSide / box.width;
    return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale };
  };
  const key = (event: KeyboardEvent) => {
    const at = cursor ?? { x: padSide / 2, y: padSide / 2 };
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-cell, 0],
      ArrowRight: [cell, 0],
      ArrowUp: [0, -cell],
      ArrowDown: [0, cell],
    };
    const move = moves[event.key];
    if (!move && event.key !== ' ') return;
    event.preventDefault();
    const clamp = (v: number) => Math.min(padSide, Math.max(0, v));
    const next = move ? { x: clamp(at.x + move[0]), y: clamp(at.y + move[1]) } : at;
    setCursor(next);
    last.current = null;
    if (event.key === ' ' || event.shiftKey) stroke(next);
    last.current = null;
  };
  const flood = (with_: string) => {
    fill(context(), with_);
    void judge();
  };

  return (
    <div class="drawing">
      <div class="pad">
        <canvas
          ref={canvas}
          width={padSide}
          height={padSide}
          tabIndex={0}
          role="application"
          aria-label={t.pad}
          onPointerDown={(event) => {
            canvas.current!.setPointerCapture(event.pointerId);
            last.current = null;
            setCursor(null);
            stroke(place(event));
          }}
          onPointerMove={(event) => {
            if (last.current && event.buttons) stroke(place(event));
          }}
          onPointerUp={() => (last.current = null)}
          onPointerCancel={() => (last.current = null)}
          onKeyDown={key}
        />
        {cursor && (
          <span
            class="cursor"
            style={{
              left: `${(100 * cursor.x) / padSide}%`,
              top: `${(100 * cursor.y) / padSide}%`,
            }}
          />
        )}
      </div>
      <div class="tools">
        <fieldset class="swatches">
          <legend class="sr-only">{t.colour}</legend>
          {(Object.keys(colours) as ColourName[]).map((name) => (
            <label key={name} title={t.colours[name]}>
              <input
                type="radio"
                name="colour"
                checked={name === colour}
                aria-label={t.colours[name]}
                onChange={() => setColour(name)}
              />
              <span style={{ background: colours[name] }} />
            </label>
          ))}
        </fieldset>
        <label class="field">
          {t.brush}
          <input
            type="range"
            min="8"
            max="64"
            step="4"
            value={brush}
            onInput={(event) => setBrush(Number(event.currentTarget.value))}
          />
        </label>
        <div class="row">
          <button type="button" class="button" onClick={() => flood(colours[colour])}>
            {t.fill}
          </button>
          <button type="button" class="button" onClick={() => flood('white')}>
            {t.clear}
          </button>
        </div>
        <p class="hint">{hint}</p>
      </div>
    </div>
  );
}
