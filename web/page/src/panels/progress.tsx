import { shown } from '../engine/detect.ts';
import { engine, model } from '../engine/engine.ts';
import { strings } from '../i18n/index.ts';

/** How far the engine and its model are, until both are there. */
export function Progress() {
  const t = strings.value;
  const status = model.value;
  if (engine.value.phase === 'failed' || status.phase === 'ready' || status.phase === 'failed')
    return null;
  const share =
    status.phase === 'loading' && status.total > 0 ? status.loaded / status.total : undefined;
  const text =
    status.phase === 'loading'
      ? t.engine.loading(share === undefined ? '' : `${Math.round(100 * share)}%`)
      : t.engine.starting;
  return (
    <div class="progress">
      <progress
        aria-label={t.engine.progress}
        max={1}
        {...(share === undefined ? {} : { value: share })}
      />
      <p>
        {text} {shown.value?.kept && t.verdict.kept}
      </p>
    </div>
  );
}
