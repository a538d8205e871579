import { signal } from '@preact/signals';
import { NotAPicture } from '../pictures/decode.ts';

/** Beside what it is said; 'page' is for what has no place, as files that were dropped. */
export type Place = 'upload' | 'camera' | 'model' | 'page';

export type Notice =
  | { kind: 'not-a-picture'; name: string; place: Place }
  | { kind: 'picture'; name: string; animated: boolean; transparent: boolean; place: Place }
  | { kind: 'camera'; cause: 'blocked' | 'missing' | 'unavailable' | 'lost' }
  | { kind: 'judge'; detail: string }
  | { kind: 'own-model-in-link'; name: string };

/** The last thing that went otherwise than the visitor may think, until it is dismissed or the next goes well. */
export const notice = signal<Notice | null>(null);

export function noticeOf(error: unknown, name: string, place: Place = 'page'): Notice {
  if (error instanceof NotAPicture) return { kind: 'not-a-picture', name, place };
  return { kind: 'judge', detail: error instanceof Error ? error.message : String(error) };
}
