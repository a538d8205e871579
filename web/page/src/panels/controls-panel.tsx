import { strings } from '../i18n/index.ts';
import { directions, state, update } from '../state/state.ts';
import { Choice } from '../ui/choice.tsx';
import { StepPanel } from './step-panel.tsx';

export function ControlsPanel() {
  const t = strings.value.controls;
  const { direction } = state.value;
  return (
    <section class="card controls" aria-labelledby="controls-title">
      <div class="card-head">
        <h2 id="controls-title">{t.title}</h2>
        <button type="button" class="button" onClick={() => update({ tab: 'how' })}>
          {t.how}
        </button>
      </div>
      <p class="about">{t.lead}</p>
      <div class="direction">
        <span class="label" aria-hidden="true">
          {t.direction}
        </span>
        <Choice
          name="direction"
          label={t.direction}
          value={direction}
          options={directions.map((value) => ({ value, label: t[value] }))}
          onChange={(value) => update({ direction: value })}
        />
        <p class="hint">{t.directionHelp[direction]}</p>
      </div>
      <StepPanel />
    </section>
  );
}
