// Where pictures come from: for a class, and for a new picture that is to be judged.

import { useEffect, useRef, useState } from 'preact/hooks';
import { causeOf } from '../inputs/camera.ts';
import { DrawingPad } from '../inputs/drawing-pad.tsx';
import { decode } from '../pictures/decode.ts';
import { trouble } from './project.ts';
import type { Words } from './words/en.ts';

const frameSide = 160;

/** The middle square of what the camera sees. */
function frameOf(video: HTMLVideoElement, canvas: HTMLCanvasElement): ImageData | null {
  const side = Math.min(video.videoWidth, video.videoHeight);
  if (side === 0 || document.hidden) return null;
  canvas.width = canvas.height = frameSide;
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const [x, y] = [(video.videoWidth - side) / 2, (video.videoHeight - side) / 2];
  context.drawImage(video, x, y, side, side, 0, 0, frameSide, frameSide);
  return context.getImageData(0, 0, frameSide, frameSide);
}

/** A camera that is on while `isOn`; `onFrame` gets one frame after another, as fast as it can. */
export function Camera(props: {
  words: Words;
  /** Milliseconds between frames. */
  every: number;
  /** Whether frames are wanted. */
  isWatching: boolean;
  onFrame: (image: ImageData) => Promise<void>;
  onReady?: (isReady: boolean) => void;
}) {
  const { words, every, isWatching } = props;
  const video = useRef<HTMLVideoElement>(null);
  const [isOn, setOn] = useState(false);
  const [isLive, setLive] = useState(false);
  const told = useRef(props);
  told.current = props;

  useEffect(() => {
    if (!isOn) return;
    let isGone = false;
    let stream: MediaStream | undefined;
    const end = () => stream?.getTracks().forEach((track) => track.stop());
    const live = (now: boolean) => {
      setLive(now);
      told.current.onReady?.(now);
    };
    const open = async () => {
      try {
        const wish = {
          video: { width: 320, height: 240, facingMode: 'environment' },
          audio: false,
        };
        stream = await navigator.mediaDevices.getUserMedia(wish);
        if (isGone) return end();
        stream.getVideoTracks()[0]?.addEventListener('ended', () => {
          trouble.value = { kind: 'camera', cause: 'lost' };
          setOn(false);
        });
        video.current!.srcObject = stream;
        await video.current!.play();
        if (isGone) return;
        if (trouble.value?.kind === 'camera') trouble.value = null;
        live(true);
      } catch (error) {
        if (isGone) return;
        trouble.value = { kind: 'camera', cause: causeOf(error) };
        setOn(false);
      }
    };
    void open();
    return () => {
      isGone = true;
      end();
      live(false);
    };
  }, [isOn]);

  useEffect(() => {
    if (!isLive || !isWatching) return;
    let isGone = false;
    const canvas = document.createElement('canvas');
    const look = async () => {
      while (!isGone) {
        const next = new Promise((resolve) => setTimeout(resolve, every));
        const image = video.current && frameOf(video.current, canvas);
        if (image) await told.current.onFrame(image).catch(() => undefined);
        await next;
      }
    };
    void look();
    return () => {
      isGone = true;
    };
  }, [isLive, isWatching, every]);

  return (
    <div class="camera">
      <video ref={video} muted playsInline hidden={!isLive} aria-label={words.cameraView} />
      <button type="button" class={isOn ? 'button' : 'button primary'} onClick={() => setOn(!isOn)}>
        {isOn ? words.cameraStop : words.cameraStart}
      </button>
    </div>
  );
}

/** Frames for as long as a button is held, by pointer or keyboard. */
export function Recorder(props: { words: Words; onFrame: (image: ImageData) => Promise<void> }) {
  const { words } = props;
  const [isHeld, setHeld] = useState(false);
  const [isReady, setReady] = useState(false);
  const isKey = (event: KeyboardEvent) => event.key === ' ' || event.key === 'Enter';
  return (
    <div class="teach-recorder">
      <Camera
        words={words}
        every={125}
        isWatching={isHeld}
        onFrame={props.onFrame}
        onReady={setReady}
      />
      {isReady && (
        <>
          <button
            type="button"
            class={`button primary teach-hold ${isHeld ? 'held' : ''}`}
            aria-pressed={isHeld}
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId);
              setHeld(true);
            }}
            onPointerUp={() => setHeld(false)}
            onPointerCancel={() => setHeld(false)}
            onContextMenu={(event) => event.preventDefault()}
            onKeyDown={(event) => {
              if (!isKey(event)) return;
              event.preventDefault();
              setHeld(true);
            }}
            onKeyUp={(event) => {
              if (isKey(event)) setHeld(false);
            }}
            onBlur={() => setHeld(false)}
          >
            {words.record}
          </button>
          <p class="hint">{words.recordHint}</p>
        </>
      )}
    </div>
  );
}

export interface ReadFile {
  image: ImageData;
  /** The folder that it lies in below the chosen one; '' where there is none. */
  folder: string;
}

/** Reads pictures a few at a time; those that are none are named. */
export async function readFiles(
  files: readonly File[],
  onRead: (some: ReadFile[]) => Promise<void>,
): Promise<void> {
  const unread: string[] = [];
  for (let first = 0; first < files.length; first += 16) {
    const some = files.slice(first, first + 16);
    const images = await Promise.all(some.map((file) => decode(file).catch(() => null)));
    const read: ReadFile[] = [];
    images.forEach((image, i) => {
      const file = some[i]!;
      if (image) read.push({ image, folder: folderOf(file) });
      else unread.push(file.name);
    });
    await onRead(read);
  }
  if (unread.length > 0) trouble.value = { kind: 'pictures', names: unread };
}

function folderOf(file: File): string {
  const parts = file.webkitRelativePath.split('/');
  return parts.length > 2 ? parts[1]! : '';
}

const isPicture = (file: File) =>
  file.type.startsWith('image/') || /\.(png|jpe?g|webp|bmp|gif|avif)$/i.test(file.name);

/** Buttons that choose pictures, or a folder of them. */
export function FileButtons(props: {
  words: Words;
  id: string;
  several: boolean;
  onFiles: (files: File[]) => void;
}) {
  const { words, id, several } = props;
  const take = (input: HTMLInputElement, given: File[]) => {
    input.value = '';
    if (given.length > 0) props.onFiles(given);
  };
  return (
    <div class="upload">
      <div class="row">
        <input
          class="sr-only"
          id={id}
          type="file"
          accept="image/*"
          multiple={several}
          onChange={(event) => take(event.currentTarget, [...(event.currentTarget.files ?? [])])}
        />
        <label class="button primary" for={id}>
          {several ? words.files : words.choosePicture}
        </label>
        {several && (
          <>
            <input
              class="sr-only"
              id={`${id}-folder`}
              type="file"
              {...{ webkitdirectory: true }}
              onChange={(event) =>
                take(event.currentTarget, [...(event.currentTarget.files ?? [])].filter(isPicture))
              }
            />
            <label class="button" for={`${id}-folder`}>
              {words.folder}
            </label>
          </>
        )}
      </div>
      {several && <p class="hint">{words.folderHint}</p>}
    </div>
  );
}

/** A pad whose drawings are added one by one. */
export function DrawingAdder(props: { words: Words; onAdd: (image: ImageData) => Promise<void> }) {
  const { words } = props;
  const [round, setRound] = useState(0);
  const drawn = useRef<ImageData | null>(null);
  const [hasDrawn, setDrawn] = useState(false);
  return (
    <div class="teach-drawing">
      <DrawingPad
        key={round}
        hint={words.drawHint}
        onDrawn={async (image) => {
          drawn.current = image;
          setDrawn(true);
        }}
      />
      <button
        type="button"
        class="button primary"
        disabled={!hasDrawn}
        onClick={() => {
          if (drawn.current) void props.onAdd(drawn.current);
          drawn.current = null;
          setDrawn(false);
          setRound(round + 1);
        }}
      >
        {words.addDrawing}
      </button>
    </div>
  );
}
