import { readyModel } from '../engine/engine.ts';
import { epsilons, temperatures } from '../engine/result.ts';
import { strings } from '../i18n/index.ts';
import { defaults, directions, state, update } from '../state/state.ts';
import { Choice } from '../ui/choice.tsx';
import { StepPanel } from './step-panel.tsx';

function nearest(values: number[], wanted: number): number {
  const distance = (value: number) => Math.abs(value - wanted);
  return values.reduce(
    (best, value, i) => (distance(value) < distance(values[best]!) ? i : best),
    0,
  );
}

function Slider(props: {
  id: string;
  label: string;
  values: number[];
  value: number;
  help: string;
  text: (value: number) => string;
  onChange: (value: number) => void;
}) {
  const { id, values, value } = props;
  return (
    <div class="slider">
      <label for={id}>{props.label}</label>
      <output for={id}>{props.text(value)}</output>
      <input
        id={id}
        type="range"
        min="0"
        max={values.length - 1}
        step="1"
        value={nearest(values, value)}
        aria-valuetext={props.text(value)}
        aria-describedby={`${id}-help`}
        disabled={!readyModel()}
        onInput={(event) => props.onChange(values[Number(event.currentTarget.value)]!)}
      />
      <p class="hint" id={`${id}-help`}>
        {props.help}
      </p>
    </div>
  );
}

export function ControlsPanel() {
  const t = strings.value.controls;
  const { temperature, epsilon, direction } = state.value;
  const own = readyModel()?.info;
  const { temperature: T, epsilon: eps } = own?.defaults ?? defaults;
  const tuned = { temperature: T, epsilon: eps, direction: defaults.direction };
  const isTuned =
    temperature === tuned.temperature && epsilon === tuned.epsilon && direction === tuned.direction;
  return (
    <section class="card controls" aria-labelledby="controls-title">
      <div class="card-head">
        <h2 id="controls-title">{t.title}</h2>
        <button type="button" class="button" hidden={isTuned || !own} onClick={() => update(tuned)}>
          {t.reset}
        </button>
      </div>
      <p class="about">{t.lead}</p>
      <div class="settings">
        <Slider
          id="temperature"
          label={t.temperature}
          values={temperatures}
          value={temperature}
          help={t.temperatureHelp}
          text={String}
          onChange={(value) => update({ temperature: value })}
        />
        <Slider
          id="epsilon"
          label={t.epsilon}
          values={epsilons}
          value={epsilon}
          help={t.epsilonHelp((255 * epsilon).toFixed(2))}
          text={(value) => value.toFixed(4)}
          onChange={(value) => update({ epsilon: value })}
        />
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
      </div>
      <StepPanel />
    </section>
  );
}
