function nearest(values: readonly number[], wanted: number): number {
  const distance = (value: number) => Math.abs(value - wanted);
  return values.reduce(
    (best, value, i) => (distance(value) < distance(values[best]!) ? i : best),
    0,
  );
}

/** One of a list of values, by a range input over their places. */
export function Slider(props: {
  id: string;
  label: string;
  values: readonly number[];
  value: number;
  help: string;
  disabled: boolean;
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
        disabled={props.disabled}
        onInput={(event) => props.onChange(values[Number(event.currentTarget.value)]!)}
      />
      <p class="hint" id={`${id}-help`}>
        {props.help}
      </p>
    </div>
  );
}
