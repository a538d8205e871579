import { networkName } from '../engine/engine.ts';
import { strings } from '../i18n/index.ts';
import { isShipped } from '../shipped/models.ts';
import { state, update } from '../state/state.ts';
import { samples, sampleUrl } from '../shipped/samples.ts';

export function SamplesInput() {
  const t = strings.value;
  const { picture } = state.value;
  return (
    <>
      <p class="hint">
        {isShipped(networkName.value)
          ? t.input.samplesHint(Object.values(t.classes).join(', '))
          : t.input.samplesOfOthers}
      </p>
      <ul class="gallery">
        {samples.map(({ name }) => {
          const pressed = picture.kind === 'sample' && picture.name === name;
          return (
            <li key={name}>
              <button
                type="button"
                aria-pressed={pressed}
                title={t.samples[name] ?? name}
                onClick={() => update({ picture: { kind: 'sample', name } })}
              >
                <img src={sampleUrl(name)} alt={t.samples[name] ?? name} width="48" height="48" />
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
