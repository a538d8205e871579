import { strings } from '../i18n/index.ts';
import { noiseKinds, type NoiseKind } from '../pictures/noise.ts';
import { state, update } from '../state/state.ts';
import { Choice } from '../ui/choice.tsx';

export function NoiseInput() {
  const t = strings.value.input;
  const { picture } = state.value;
  const now = picture.kind === 'noise' ? picture : null;
  const noise = now?.noise ?? 'uniform';
  const seed = now?.seed ?? 1;
  const show = (kind: NoiseKind, number: number) =>
    update({ picture: { kind: 'noise', noise: kind, seed: number } });
  const typed = (event: Event) => {
    const value = Math.trunc(Number((event.currentTarget as HTMLInputElement).value));
    if (value >= 0 && value <= 999_999_999) show(noise, value);
  };
  return (
    <div class="noise">
      <Choice
        name="noise"
        label={t.noiseKind}
        value={noise}
        options={noiseKinds.map((value) => ({ value, label: t.noise[value] }))}
        onChange={(kind) => show(kind, seed)}
      />
      <div class="row">
        <label class="field">
          {t.seed}
          <input type="number" min="0" max="999999999" step="1" value={seed} onChange={typed} />
        </label>
        <button type="button" class="button" onClick={() => show(noise, now ? seed + 1 : seed)}>
          {t.another}
        </button>
      </div>
      <p class="hint">{t.noiseHint[noise]}</p>
    </div>
  );
}
