import { chooseShippedModel, engine, model, networkName } from '../engine/engine.ts';
import { askOthers, asking, opinions } from '../engine/opinions.ts';
import { strings } from '../i18n/index.ts';
import { shippedModels, type ShippedModel } from '../shipped/models.ts';
import { lang } from '../state/state.ts';
import { className, confidence } from '../ui/format.ts';

function Network({ network }: { network: ShippedModel }) {
  const t = strings.value.networks;
  const opinion = opinions.value.get(network.name);
  const isUsed = networkName.value === network.name;
  const size = network.megabytes.toLocaleString(lang.value);
  return (
    <li class={`network ${opinion?.verdict ?? 'unknown'}`} data-testid={`network-${network.name}`}>
      <p class="name">{network.title}</p>
      <p class="said">
        {opinion
          ? `${className(opinion.className)}, ${strings.value.verdict.sure(confidence(opinion.msp))}`
          : t.notAsked}
      </p>
      <p class="tone">{opinion ? strings.value.verdict[opinion.verdict ?? 'unknown'] : '–'}</p>
      <button
        type="button"
        class="button"
        disabled={isUsed || engine.value.phase !== 'ready' || model.value.phase === 'loading'}
        onClick={() => void chooseShippedModel(network.name)}
      >
        {isUsed ? t.used : t.use(size)}
        <span class="sr-only"> {network.title}</span>
      </button>
    </li>
  );
}

/** What each network that comes with the page says of the picture, side by side. */
export function NetworksPanel() {
  const t = strings.value.networks;
  const isMissing = shippedModels.some(({ name }) => !opinions.value.has(name));
  const rest = shippedModels.filter(({ name }) => !opinions.value.has(name));
  const megabytes = rest.reduce((sum, one) => sum + one.megabytes, 0);
  return (
    <section class="card" aria-labelledby="networks-title" data-testid="networks">
      <div class="card-head">
        <h2 id="networks-title">{t.title}</h2>
        {isMissing && (
          <button
            type="button"
            class="button"
            disabled={engine.value.phase !== 'ready' || asking.value === 'loading'}
            onClick={askOthers}
          >
            {asking.value === 'loading'
              ? t.asking
              : t.ask(megabytes.toLocaleString(lang.value, { maximumFractionDigits: 1 }))}
          </button>
        )}
      </div>
      <p class="about">{t.lead}</p>
      {asking.value === 'failed' && <p role="alert">{t.failed}</p>}
      <ul class="network-row">
        {shippedModels.map((network) => (
          <Network key={network.name} network={network} />
        ))}
      </ul>
    </section>
  );
}
