import { signal } from '@preact/signals';
import { take } from '../engine/picture.ts';
import { notice } from '../notices.ts';

/** Side of the square that is cut from each frame. */
const frameSide = 160;
const framesASecond = 5;

export const camera = signal<'off' | 'starting' | 'live'>('off');

let stream: MediaStream | undefined;
let timer = 0;

function causeOf(error: unknown): 'blocked' | 'missing' | 'unavailable' {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'blocked';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'unavailable';
}

export async function startCamera(video: HTMLVideoElement): Promise<void> {
  if (camera.value !== 'off') return;
  camera.value = 'starting';
  try {
    const wish = { video: { width: 320, height: 240, facingMode: 'environment' }, audio: false };
    stream = await navigator.mediaDevices.getUserMedia(wish);
    stream.getVideoTracks()[0]?.addEventListener('ended', stopCamera);
    video.srcObject = stream;
    await video.play();
    camera.value = 'live';
    notice.value = null;
    watch(video);
  } catch (error) {
    stopCamera();
    notice.value = { kind: 'camera', cause: causeOf(error) };
  }
}

/** Judges the middle square of a frame, then the next: never two at once. */
function watch(video: HTMLVideoElement): void {
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
    if (camera.value === 'live') timer = window.setTimeout(look, 1000 / framesASecond);
  };
  void look();
}

export function stopCamera(): void {
  clearTimeout(timer);
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = undefined;
  camera.value = 'off';
}
