import { useEffect, useRef, useState } from 'preact/hooks';
import { cells, type Picture } from './messages.ts';
import { extent, type Point } from './setting.ts';

/** Pixels of a square, and of the plane's side. */
const scale = 6;
const side = cells * scale;

export type View = 'confidence' | 'odin';

const colours = {
  light: { blue: [42, 75, 212], orange: [214, 90, 12], paper: [255, 255, 255], edge: '#ffffff' },
  dark: { blue: [120, 148, 255], orange: [255, 158, 84], paper: [26, 28, 34], edge: '#121317' },
} as const;
type Palette = (typeof colours)['light' | 'dark'];
type Rgb = readonly [number, number, number];

const rgb = ([r, g, b]: Rgb) => `rgb(${r} ${g} ${b})`;
const mixed = (from: Rgb, to: Rgb, share: number): Rgb => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];

/** How strong a square's colour is, from 0 to 1. */
function strengths(picture: Picture, view: View): Float32Array {
  if (view === 'confidence') return picture.confidence.map((p) => (p - 0.5) * 2);
  const sorted = picture.odin.toSorted();
  const [low, high] = [sorted[0]!, sorted.at(-1)!];
  return picture.odin.map((score) => (high > low ? (score - low) / (high - low) : 0));
}

function paint(
  context: CanvasRenderingContext2D,
  picture: Picture | null,
  view: View,
  points: readonly Point[],
  palette: Palette,
): void {
  context.fillStyle = rgb(palette.paper);
  context.fillRect(0, 0, side, side);
  if (picture) {
    context.imageSmoothingEnabled = false;
    context.drawImage(squares(picture, view, palette), 0, 0, side, side);
    if (view === 'odin') hatch(context, picture, palette);
  }
  for (const { x, y, label } of points) {
    context.beginPath();
    context.arc(placeOf(x), placeOf(-y), 4, 0, 2 * Math.PI);
    context.fillStyle = rgb(label === 1 ? palette.orange : palette.blue);
    context.strokeStyle = palette.edge;
    context.lineWidth = 1.5;
    context.fill();
    context.stroke();
  }
}

const gray: Rgb = [128, 128, 128];
const isRejected = ({ odin, odinLimit }: Picture, i: number) => !(odin[i]! > odinLimit);

/** A pixel for each square. */
function squares(picture: Picture, view: View, palette: Palette): OffscreenCanvas {
  const canvas = new OffscreenCanvas(cells, cells);
  const image = new ImageData(cells, cells);
  const strength = strengths(picture, view);
  for (let i = 0; i < cells * cells; ++i) {
    const colour = picture.second[i]! > 0.5 ? palette.orange : palette.blue;
    const shown =
      view === 'odin' && isRejected(picture, i)
        ? mixed(palette.paper, gray, 0.35)
        : mixed(palette.paper, colour, 0.06 + 0.6 * strength[i]!);
    image.data.set([...shown, 255], 4 * i);
  }
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  return canvas;
}

/** Strokes that join those of the neighbours to lines. */
function hatch(context: CanvasRenderingContext2D, picture: Picture, palette: Palette): void {
  context.strokeStyle = rgb(mixed(palette.paper, gray, 0.85));
  context.lineWidth = 1;
  context.beginPath();
  for (let i = 0; i < cells * cells; ++i) {
    if (!isRejected(picture, i)) continue;
    const [x, y] = [(i % cells) * scale, Math.floor(i / cells) * scale];
    context.moveTo(x, y + scale);
    context.lineTo(x + scale, y);
  }
  context.stroke();
}

const placeOf = (v: number) => ((v + extent) / (2 * extent)) * side;

/** The plane; where `onPoint` is given, it can be drawn in. */
export function Plane(props: {
  picture: Picture | null;
  view: View;
  points: readonly Point[];
  theme: 'light' | 'dark';
  label: string;
  onPoint: ((x: number, y: number) => void) | null;
}) {
  const { picture, view, points, theme, onPoint } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<{ x: number; y: number } | null>(null);
  const [cursor, setCursor] = useState<{ x: number; y: number } | null>(null);
  useEffect(() => {
    paint(canvas.current!.getContext('2d')!, picture, view, points, colours[theme]);
  }, [picture, view, points, theme]);

  const draw = (event: PointerEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * 2 * extent - extent;
    const y = extent - ((event.clientY - box.top) / box.height) * 2 * extent;
    const far = !last.current || Math.hypot(x - last.current.x, y - last.current.y) > 0.12;
    if (!far || Math.abs(x) > extent || Math.abs(y) > extent) return;
    last.current = { x, y };
    onPoint?.(x, y);
  };
  const key = (event: KeyboardEvent) => {
    const move = {
      ArrowLeft: [-0.1, 0],
      ArrowRight: [0.1, 0],
      ArrowUp: [0, 0.1],
      ArrowDown: [0, -0.1],
    }[event.key];
    if (!onPoint || (!move && event.key !== ' ')) return;
    event.preventDefault();
    const at = cursor ?? { x: 0, y: 0 };
    const clamp = (v: number) => Math.min(extent, Math.max(-extent, v));
    if (move) setCursor({ x: clamp(at.x + move[0]!), y: clamp(at.y + move[1]!) });
    else onPoint(at.x, at.y);
  };
  const drawing = onPoint
    ? {
        tabIndex: 0,
        role: 'application' as const,
        onKeyDown: key,
        onPointerDown: (event: PointerEvent) => {
          canvas.current!.setPointerCapture(event.pointerId);
          last.current = null;
          setCursor(null);
          draw(event);
        },
        onPointerMove: (event: PointerEvent) => {
          if (last.current && event.buttons) draw(event);
        },
        onPointerUp: () => (last.current = null),
      }
    : { role: 'img' as const };
  return (
    <div class={`play-plane ${onPoint ? 'drawable' : ''}`}>
      <canvas ref={canvas} width={side} height={side} aria-label={props.label} {...drawing} />
      {cursor && onPoint && (
        <span
          class="cursor"
          style={{
            left: `${(100 * placeOf(cursor.x)) / side}%`,
            top: `${(100 * placeOf(-cursor.y)) / side}%`,
          }}
        />
      )}
    </div>
  );
}
