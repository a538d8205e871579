import { useEffect, useRef, useState } from 'preact/hooks';
import type { FromWorker, Picture, ToWorker } from './messages.ts';
import type { Point, Setting } from './setting.ts';

export interface PlayEngine {
  isReady: boolean;
  picture: Picture | null;
  failure: string | null;
  step: () => void;
  /** After a failure. */
  restart: () => void;
}

/** The worker that trains the network of a setting, for as long as the tab is open. */
export function useEngine(
  setting: Setting,
  points: readonly Point[],
  isRunning: boolean,
  round: number,
): PlayEngine {
  const worker = useRef<Worker | null>(null);
  const [isReady, setReady] = useState(false);
  const [picture, setPicture] = useState<Picture | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const tell = (message: ToWorker) => worker.current?.postMessage(message);

  useEffect(() => {
    const started = new Worker(new URL('./worker.ts', import.meta.url), {
      type: 'module',
      name: 'odin-playground',
    });
    worker.current = started;
    started.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if ('picture' in data) {
        setPicture(data.picture);
        requestAnimationFrame(() => setTimeout(() => started.postMessage({ drawn: true })));
      } else if ('error' in data) setFailure(data.error);
      else setReady(true);
    };
    started.onerror = (event) => {
      event.preventDefault();
      setFailure(event.message || 'its worker cannot be started');
    };
    tell({ engine: new URL('engine/tensor/index.js', document.baseURI).href });
    return () => {
      worker.current = null;
      started.terminate();
      setReady(false);
    };
  }, [attempt]);

  const { depth, width, activation, rate, seed, temperature, epsilon } = setting;
  useEffect(() => tell({ temperature, epsilon }), [temperature, epsilon, attempt]);
  useEffect(() => {
    const isBoth = new Set(points.map(({ label }) => label)).size === 2;
    if (!isBoth) setPicture(null);
    tell({ network: { depth, width, activation, rate, seed: seed + round }, points: [...points] });
  }, [depth, width, activation, rate, seed, points, round, attempt]);
  useEffect(() => tell({ isRunning }), [isRunning, attempt]);

  return {
    ...{ isReady, picture, failure },
    step: () => tell({ step: true }),
    restart: () => {
      setFailure(null);
      setAttempt(attempt + 1);
    },
  };
}
