import { Choice } from '../ui/choice.tsx';
import { Slider } from '../ui/slider.tsx';
import {
  activations,
  dataKinds,
  depths,
  epsilons,
  rates,
  temperatures,
  widths,
  type Setting,
} from './setting.ts';
import type { Words } from './words/en.ts';

interface ControlsProps {
  words: Words;
  setting: Setting;
  change: (what: Partial<Setting>) => void;
}

function Select(props: {
  label: string;
  value: number;
  values: readonly number[];
  onChange: (value: number) => void;
}) {
  return (
    <label class="field">
      {props.label}
      <select
        value={String(props.value)}
        onChange={(event) => props.onChange(Number(event.currentTarget.value))}
      >
        {props.values.map((value) => (
          <option key={value} value={String(value)}>
            {value}
          </option>
        ))}
      </select>
    </label>
  );
}

export function NetworkControls({ words, setting, change }: ControlsProps) {
  return (
    <div class="play-network">
      <Choice
        name="play-data"
        label={words.data}
        value={setting.data}
        options={dataKinds.map((value) => ({ value, label: words.kinds[value] }))}
        onChange={(data) => change({ data })}
      />
      <div class="row">
        <Select
          label={words.depth}
          value={setting.depth}
          values={depths}
          onChange={(depth) => change({ depth })}
        />
        <Select
          label={words.width}
          value={setting.width}
          values={widths}
          onChange={(width) => change({ width })}
        />
        <Select
          label={words.rate}
          value={setting.rate}
          values={rates}
          onChange={(rate) => change({ rate })}
        />
        <Choice
          name="play-activation"
          label={words.activation}
          value={setting.activation}
          options={activations.map((value) => ({ value, label: words.activations[value] }))}
          onChange={(activation) => change({ activation })}
        />
      </div>
    </div>
  );
}

export function ScoreControls({ words, setting, change }: ControlsProps) {
  return (
    <div class="play-score">
      <Slider
        id="play-temperature"
        label={words.temperature}
        values={temperatures}
        value={setting.temperature}
        help={words.temperatureHelp}
        disabled={false}
        text={String}
        onChange={(temperature) => change({ temperature })}
      />
      <Slider
        id="play-epsilon"
        label={words.epsilon}
        values={epsilons}
        value={setting.epsilon}
        help={words.epsilonHelp}
        disabled={false}
        text={String}
        onChange={(epsilon) => change({ epsilon })}
      />
    </div>
  );
}
