import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Model } from '../../../api/types.ts';
import { shown } from '../engine/detect.ts';
import { chooseShippedModel, engine, model, networkName, readyModel } from '../engine/engine.ts';
import { isShipped, shippedModels } from '../shipped/models.ts';
import { strings } from '../i18n/index.ts';
import { lang } from '../state/state.ts';
import { OwnModel } from './own-model.tsx';

const large = (n: number) => n.toLocaleString(lang.value, { notation: 'compact' });

/** The engine's reasons in the page's language, where it has words for them. */
function reasonText(reason: string): string {
  const known = strings.value.engine.reasons;
  return reason
    .split('; ')
    .map((part) => known[part] ?? part)
    .join('; ');
}

function Networks() {
  const t = strings.value.engine;
  const status = model.value;
  // What is used, which a link with somebody's own model does not say.
  const name = networkName.value;
  return (
    <div class="networks">
      <label class="field">
        {t.network}
        <select
          value={name}
          disabled={engine.value.phase !== 'ready' || status.phase === 'loading'}
          aria-describedby="networks-help"
          onChange={(event) => void chooseShippedModel(event.currentTarget.value)}
        >
          {shippedModels.map((shipped) => (
            <option key={shipped.name} value={shipped.name}>
              {t.networkSize(shipped.title, shipped.megabytes.toLocaleString(lang.value))}
            </option>
          ))}
          {!isShipped(name) && <option value={name}>{name}</option>}
        </select>
      </label>
      <p class="hint" id="networks-help">
        {t.networkHelp}
      </p>
    </div>
  );
}

/** Counted when there is a verdict, which must not wait for it. */
function useMultiplyAdds(): number | null {
  const found = useSignal<{ of: Model; count: number } | null>(null);
  const network = shown.value?.kept === false ? readyModel() : null;
  useEffect(() => {
    network?.multiplyAdds().then(
      (count) => (found.value = { of: network, count }),
      () => undefined, // the model is gone
    );
  }, [network]);
  return network && found.value?.of === network ? found.value.count : null;
}

export function EnginePanel() {
  const t = strings.value.engine;
  const status = engine.value;
  const info = status.phase === 'ready' ? status.odin.info : null;
  const network = model.value.phase === 'ready' ? model.value.model.info : null;
  const multiplyAdds = useMultiplyAdds();
  const ms = shown.value && !shown.value.kept ? shown.value.result.milliseconds : null;
  const entry = (name: string, value: string | null, help: string, id: string) => (
    <div>
      <dt>{name}</dt>
      <dd data-testid={id}>{value ?? '…'}</dd>
      <dd class="hint">{help}</dd>
    </div>
  );
  const sizes = [
    network && t.parameters(network.parameters.toLocaleString(lang.value)),
    multiplyAdds && t.madds(large(multiplyAdds)),
  ];
  return (
    <section class="card engine" aria-labelledby="engine-title">
      <h2 id="engine-title">{t.title}</h2>
      <dl class="facts">
        {entry(
          t.time,
          ms === null ? null : t.milliseconds(ms.toFixed(1)),
          t.timeHelp,
          'milliseconds',
        )}
        {entry(
          t.threads,
          info && String(info.threads),
          info ? reasonText(info.reason) : '',
          'threads',
        )}
        {entry(t.simd, info && t.simdNames[info.simd], info ? t.simdHelp : '', 'simd')}
        {entry(t.model, network?.architecture ?? null, sizes.filter(Boolean).join(', '), 'model')}
      </dl>
      <div class="actions">
        <Networks />
        <OwnModel />
      </div>
    </section>
  );
}
