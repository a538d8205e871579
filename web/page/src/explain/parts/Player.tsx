import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface Words {
  player: string;
  toStart: string;
  back: string;
  play: string;
  pause: string;
  forward: string;
  toTurn: string;
  position: string;
}

interface Props {
  words: Words;
  position: number;
  last: number;
  /** Where the walk turns from forward to backward. */
  turn: number;
  /** What is at the position, in words. */
  status: string;
  milliseconds: number;
  onMove: (position: number) => void;
  onPlaying: (playing: boolean) => void;
  /** The position one step on (1) or back (-1). */
  next: (direction: 1 | -1) => number;
  children?: ComponentChildren;
}

const icons = {
  start: 'M5 5h2v14H5zM20 5v14L9 12z',
  back: 'M17 5v14L6 12z',
  play: 'M7 5v14l12-7z',
  pause: 'M7 5h4v14H7zM14 5h4v14h-4z',
  turn: 'M4 5v14l9-7zM15 5h2v14h-2z',
};

function Icon({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
      <path d={path} fill="currentColor" />
    </svg>
  );
}

/** Buttons and a slider for a walk that goes forward and then back. */
export function Player(props: Props) {
  const { words, position, last, onMove, next } = props;
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    if (!playing) return;
    const timer = setTimeout(() => {
      const further = next(1);
      if (further === position) setPlaying(false);
      else onMove(further);
    }, props.milliseconds);
    return () => clearTimeout(timer);
  }, [playing, position, next]);
  useEffect(() => props.onPlaying(playing), [playing]);
  const move = (to: number) => {
    setPlaying(false);
    onMove(to);
  };
  const toggle = () => {
    if (!playing && position >= last) onMove(0);
    setPlaying(!playing);
  };
  return (
    <div class="ex-player" role="group" aria-label={words.player}>
      <div class="ex-buttons">
        <button type="button" aria-label={words.toStart} onClick={() => move(0)}>
          <Icon path={icons.start} />
        </button>
        <button type="button" aria-label={words.back} onClick={() => move(next(-1))}>
          <Icon path={icons.back} />
        </button>
        <button
          type="button"
          class="ex-play"
          aria-label={playing ? words.pause : words.play}
          onClick={toggle}
        >
          <Icon path={playing ? icons.pause : icons.play} />
        </button>
        <button type="button" aria-label={words.forward} onClick={() => move(next(1))}>
          <Icon path="M7 5v14l11-7z" />
        </button>
        <button type="button" aria-label={words.toTurn} onClick={() => move(props.turn)}>
          <Icon path={icons.turn} />
        </button>
      </div>
      {props.children}
      <input
        type="range"
        class="ex-range"
        min={0}
        max={last}
        value={position}
        aria-label={words.position}
        aria-valuetext={props.status}
        onInput={(event) => move(Number(event.currentTarget.value))}
      />
    </div>
  );
}
