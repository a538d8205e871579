import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { shown } from '../engine/detect.ts';
import { seenImage, shareOfKnownAbove, verdict } from '../engine/judgement.ts';
import { strings } from '../i18n/index.ts';
import { link } from '../state/url.ts';
import { drawCard, type CardContent } from './card.ts';
import { headline } from './hero.tsx';
import { percentile } from './percentile.ts';

/** Addresses with a picture in them are too long to be read. */
const longestAddress = 90;

function contentNow(): CardContent | null {
  const t = strings.value.verdict;
  const [now, picture, kind] = [shown.value, seenImage.value, verdict.value];
  if (!now || !picture || !kind) return null;
  const full = link();
  const address = full.length > longestAddress ? full.replace(/#.*/, '') : full;
  return {
    picture,
    claim: headline(),
    verdictName: t.odin,
    verdict: t[kind],
    worth: shareOfKnownAbove.value === null ? '' : percentile(shareOfKnownAbove.value),
    passes: kind === 'in',
    address: address.replace(/^https?:\/\//, ''),
  };
}

const canSend = (file: File) => navigator.canShare?.({ files: [file] }) ?? false;

/** Makes a card of what is shown, to be saved or sent. */
export function CardButton() {
  const t = strings.value.card;
  const card = useSignal<{ file: File; url: string } | null>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  const close = () => {
    if (card.peek()) URL.revokeObjectURL(card.peek()!.url);
    card.value = null;
  };
  const make = async () => {
    const content = contentNow();
    if (!content) return;
    const file = new File([await drawCard(content)], 'odin.png', { type: 'image/png' });
    card.value = { file, url: URL.createObjectURL(file) };
  };
  useEffect(() => {
    if (card.value) dialog.current?.showModal();
  }, [card.value]);
  return (
    <>
      <button type="button" class="button" onClick={() => void make()}>
        {t.make}
      </button>
      {card.value && (
        <dialog ref={dialog} class="card-dialog" aria-label={t.title} onClose={close}>
          <img src={card.value.url} alt={headline()} width="1200" height="630" />
          <div class="row">
            <a class="button primary" href={card.value.url} download="odin.png">
              {t.save}
            </a>
            {canSend(card.value.file) && (
              <button
                type="button"
                class="button"
                onClick={() =>
                  void navigator.share({ files: [card.value!.file] }).catch(() => undefined)
                }
              >
                {t.send}
              </button>
            )}
            <button type="button" class="button" onClick={() => dialog.current?.close()}>
              {t.close}
            </button>
          </div>
        </dialog>
      )}
    </>
  );
}
