import { useSignal } from '@preact/signals';
import { strings } from '../i18n/index.ts';
import { state } from '../state/state.ts';
import { linkTo } from '../state/url.ts';
import type { AppState } from '../state/state.ts';

/** Phones have a sheet for sending links; elsewhere the clipboard is quicker. */
const hasSheet = () =>
  typeof navigator.share === 'function' && matchMedia('(pointer: coarse)').matches;

async function give(address: string): Promise<'shared' | 'shareBlocked' | null> {
  try {
    if (hasSheet()) {
      await navigator.share({ title: document.title, url: address });
      return null;
    }
    await navigator.clipboard.writeText(address);
    return 'shared';
  } catch (error) {
    return (error as Error).name === 'AbortError' ? null : 'shareBlocked';
  }
}

/** Copies or sends a link to the page as it is, or with some of it changed. */
export function ShareButton(props: { label: string; change?: Partial<AppState>; quiet?: boolean }) {
  const t = strings.value.engine;
  const outcome = useSignal<'shared' | 'shareBlocked' | null>(null);
  const share = async () => {
    outcome.value = await give(linkTo({ ...state.peek(), ...props.change }));
    setTimeout(() => (outcome.value = null), 4000);
  };
  return (
    <span class="share">
      <button
        type="button"
        class={props.quiet ? 'button quiet' : 'button'}
        onClick={() => void share()}
      >
        {props.label}
      </button>
      <span class="hint" role="status">
        {outcome.value && t[outcome.value]}
      </span>
    </span>
  );
}
