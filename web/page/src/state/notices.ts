import { signal } from '@preact/signals';
import { NotAPicture } from '../pictures/decode.ts';

export type Notice =
  | { kind: 'not-a-picture'; name: string }
  | { kind: 'camera'; cause: 'blocked' | 'missing' | 'unavailable' }
  | { kind: 'judge'; detail: string }
  | { kind: 'own-model-in-link'; name: string };

/** The last thing that went wrong by the visitor's doing, until it is dismissed or the next goes well. */
export const notice = signal<Notice | null>(null);

export function noticeOf(error: unknown, name: string): Notice {
  if (error instanceof NotAPicture) return { kind: 'not-a-picture', name };
  return { kind: 'judge', detail: error instanceof Error ? error.message : String(error) };
}
