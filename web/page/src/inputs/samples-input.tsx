import { networkName } from '../engine/engine.ts';
import { truthOf } from '../engine/judgement.ts';
import { strings } from '../i18n/index.ts';
import { keptOpinion } from '../shipped/kept.ts';
import { shippedModel } from '../shipped/models.ts';
import { samples, sampleUrl } from '../shipped/samples.ts';
import { state, update } from '../state/state.ts';

type Sample = (typeof samples)[number];

/** Whether ODIN, by the network in use at its own settings, judges a sample rightly; null for other networks. */
function isRight({ name }: Sample, network: string): boolean | null {
  const [kept, kinds] = [keptOpinion(name, network), shippedModel(network)?.kinds];
  const truth = kinds ? truthOf({ kind: 'sample', name }, kinds) : null;
  if (!kept || truth === null) return null;
  return (kept.verdict === 'in') === (truth !== 'strange' && kept.className === truth.className);
}

function Row({ title, row }: { title: string; row: readonly Sample[] }) {
  const t = strings.value;
  const { picture } = state.value;
  const network = networkName.value;
  return (
    <>
      <h3 class="gallery-title">{title}</h3>
      <ul class="gallery" aria-label={title}>
        {row.map((one) => {
          const { name } = one;
          const label = t.samples[name] ?? name;
          const right = isRight(one, network);
          const mark = right === null ? '' : right ? t.input.odinRight : t.input.odinWrong;
          return (
            <li key={name}>
              <button
                type="button"
                aria-pressed={picture.kind === 'sample' && picture.name === name}
                aria-describedby={mark ? `mark-${name}` : undefined}
                title={label}
                onClick={() => update({ picture: { kind: 'sample', name } })}
              >
                <img src={sampleUrl(name)} alt={label} width="48" height="48" />
                {mark && (
                  <span class={right ? 'mark-of right' : 'mark-of wrong'} aria-hidden="true" />
                )}
              </button>
              {mark && (
                <span class="sr-only" id={`mark-${name}`}>
                  {mark}
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}

export function SamplesInput() {
  const t = strings.value.input;
  const kinds = shippedModel(networkName.value)?.kinds;
  const ours = kinds !== undefined;
  return (
    <div class="galleries">
      <Row
        title={kinds === 10 ? t.strangeRow : t.patternsRow}
        row={samples.filter((s) => !s.known)}
      />
      <Row title={kinds === 10 ? t.taughtRow : t.thingsRow} row={samples.filter((s) => s.known)} />
      <p class="hint">
        {ours ? (
          <>
            <span class="mark-of right" aria-hidden="true" /> {t.odinRight}{' '}
            <span class="mark-of wrong" aria-hidden="true" /> {t.odinWrong} {t.samplesHint}
          </>
        ) : (
          t.samplesOfOthers
        )}
      </p>
    </div>
  );
}
