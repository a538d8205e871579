import { effect } from '@preact/signals';
import { fromFragment, toFragment } from './codec.ts';
import { state, type AppState } from './state.ts';

/** Browsers refuse more than some hundred changes of the address in half a minute. */
const settleMilliseconds = 300;

/** A step that the Back button should undo, rather than a slider's way. */
function isStep(before: AppState, after: AppState): boolean {
  const given = after.picture.kind === 'pixels' || after.picture.kind === 'image';
  const picked = !given && after.picture !== before.picture;
  return before.tab !== after.tab || before.lesson !== after.lesson || picked;
}

/** Reads the state from the address, and writes every change of it back. */
export function mirrorToAddress(suspended: () => boolean): void {
  state.value = fromFragment(location.hash);
  let shown = state.value;
  let timer = 0;

  const write = () => {
    if (suspended()) return;
    const fragment = toFragment(state.value);
    const address = location.pathname + location.search + (fragment && '#' + fragment);
    if (fragment === location.hash.slice(1)) return;
    if (isStep(shown, state.value)) history.pushState(null, '', address);
    else history.replaceState(null, '', address);
    shown = state.value;
  };
  effect(() => {
    void state.value;
    clearTimeout(timer);
    timer = window.setTimeout(write, settleMilliseconds);
  });
  const read = () => {
    clearTimeout(timer);
    shown = state.value = fromFragment(location.hash);
  };
  addEventListener('popstate', read);
}

/** The address that shows this. */
export function linkTo(shown: AppState): string {
  const fragment = toFragment(shown);
  return location.href.replace(/#.*/, '') + (fragment && '#' + fragment);
}

/** The address that shows what is shown now. */
export const link = (): string => linkTo(state.value);
