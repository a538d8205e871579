import { useEffect, useRef } from 'preact/hooks';
import { strings } from '../i18n/index.ts';
import { camera, startCamera, stopCamera } from './camera.ts';

export function CameraInput() {
  const t = strings.value.input;
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => stopCamera, []);
  const phase = camera.value;
  return (
    <div class="camera">
      <video ref={video} muted playsInline hidden={phase === 'off'} aria-label={t.cameraView} />
      {phase === 'off' ? (
        <button
          type="button"
          class="button primary"
          onClick={() => void startCamera(video.current!)}
        >
          {t.cameraStart}
        </button>
      ) : (
        <button type="button" class="button" onClick={stopCamera}>
          {t.cameraStop}
        </button>
      )}
      <p class="hint">{phase === 'starting' ? t.cameraWaiting : t.cameraHint}</p>
    </div>
  );
}
