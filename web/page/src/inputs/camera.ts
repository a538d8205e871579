import { signal } from '@preact/signals';
import { take } from '../engine/picture.ts';
import { notice } from '../state/notices.ts';

/** Side of the square that is cut from each frame. */
const frameSide = 160;
const framesASecond = 5;

export const camera = signal<'off' | 'starting' | 'live'>('off');

let stream: MediaStream | undefined;
let timer = 0;
/** Counts starts and stops: the visitor may answer the browser's question after another of them. */
let attempt = 0;

/** Why a camera could not be had. */
export function causeOf(error: unknown): 'blocked' | 'missing' | 'unavailable' {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'blocked';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'unavailable';
}

export async function startCamera(video: HTMLVideoElement): Promise<void> {
  if (camera.value !== 'off') return;
  camera.value = 'starting';
  const mine = ++attempt;
  try {
    const wish = { video: { width: 320, height: 240, facingMode: 'environment' }, audio: false };
    const given = await navigator.mediaDevices.getUserMedia(wish);
    if (mine !== attempt) return stop(given);
    stream = given;
    stream.getVideoTracks()[0]?.addEventListener('ended', loseCamera);
    video.srcObject = stream;
    await video.play();
    if (mine !== attempt) return;
    camera.value = 'live';
    notice.value = null;
    watch(video);
  } catch (error) {
    if (mine !== attempt) return;
    stopCamera();
    notice.value = { kind: 'camera', cause: causeOf(error) };
  }
}

/** Judges the middle square of a frame, then the next: never two at once. */
function watch(video: HTMLVideoElement): void {
  const mine = attempt;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = frameSide;
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const look = async () => {
    const side = Math.min(video.videoWidth, video.videoHeight);
    if (side > 0 && !document.hidden) {
      const [x, y] = [(video.videoWidth - side) / 2, (video.videoHeight - side) / 2];
      context.drawImage(video, x, y, side, side, 0, 0, frameSide, frameSide);
      await take('camera', context.getImageData(0, 0, frameSide, frameSide)).catch(() => undefined);
    }
    if (mine === attempt) timer = window.setTimeout(look, 1000 / framesASecond);
  };
  void look();
}

function stop(given: MediaStream): void {
  for (const track of given.getTracks()) track.stop();
}

/** Unplugged, or taken away by the browser. */
function loseCamera(): void {
  stopCamera();
  notice.value = { kind: 'camera', cause: 'lost' };
}

export function stopCamera(): void {
  ++attempt;
  clearTimeout(timer);
  if (stream) stop(stream);
  stream = undefined;
  camera.value = 'off';
}
