import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { notice } from '../state/notices.ts';
import { camera, startCamera, stopCamera } from './camera.ts';

vi.mock('../engine/picture.ts', () => ({ take: vi.fn() }));

/** The visitor's answers, one for each time the browser asks. */
let answers: { allow: (stream: MediaStream) => void; block: (error: Error) => void }[];

function fakeStream() {
  const track = { stop: vi.fn(), addEventListener: vi.fn() };
  const tracks = () => [track];
  const stream = { getTracks: tracks, getVideoTracks: tracks } as unknown as MediaStream;
  return { stream, track };
}

function fakeVideo(play: () => Promise<void> = () => Promise.resolve()): HTMLVideoElement {
  return { play } as HTMLVideoElement;
}

beforeEach(() => {
  answers = [];
  const getUserMedia = () =>
    new Promise<MediaStream>((allow, block) => answers.push({ allow, block }));
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } });
  vi.stubGlobal('document', { hidden: true, createElement: () => ({ getContext: () => null }) });
  vi.stubGlobal('window', globalThis);
  notice.value = null;
});

afterEach(() => {
  stopCamera();
  vi.unstubAllGlobals();
});

test('a camera that is allowed after Stop is switched off', async () => {
  const { stream, track } = fakeStream();
  const started = startCamera(fakeVideo());
  stopCamera();
  answers[0]!.allow(stream);
  await started;
  expect(camera.value).toBe('off');
  expect(track.stop).toHaveBeenCalled();
});

test('of two starts before an answer the second counts, and Stop ends it', async () => {
  const [first, second] = [fakeStream(), fakeStream()];
  const started = [startCamera(fakeVideo())];
  stopCamera();
  started.push(startCamera(fakeVideo()));
  answers[1]!.allow(second.stream);
  answers[0]!.allow(first.stream);
  await Promise.all(started);
  expect(camera.value).toBe('live');
  expect(first.track.stop).toHaveBeenCalled();
  expect(second.track.stop).not.toHaveBeenCalled();
  stopCamera();
  expect(second.track.stop).toHaveBeenCalled();
});

test('Stop before the first frame is not overruled by it', async () => {
  const { stream, track } = fakeStream();
  let begin = () => {};
  const play = vi.fn(() => new Promise<void>((resolve) => (begin = resolve)));
  const started = startCamera(fakeVideo(play));
  answers[0]!.allow(stream);
  await vi.waitFor(() => expect(play).toHaveBeenCalled());
  stopCamera();
  begin();
  await started;
  expect(camera.value).toBe('off');
  expect(track.stop).toHaveBeenCalled();
});

test('a camera that is blocked is reported, but not after Stop', async () => {
  const blocked = new DOMException('', 'NotAllowedError');
  let started = startCamera(fakeVideo());
  stopCamera();
  answers[0]!.block(blocked);
  await started;
  expect(notice.value).toBeNull();
  started = startCamera(fakeVideo());
  answers[1]!.block(blocked);
  await started;
  expect(notice.value).toEqual({ kind: 'camera', cause: 'blocked' });
});
