import { useRef } from 'preact/hooks';
import type { ModelInfo } from '../../../api/types.ts';
import { engine, loadOwnModel, networkName, readyModel } from '../engine/engine.ts';
import { strings } from '../i18n/index.ts';
import { ProblemsAt } from '../problems/problems.tsx';
import { isShipped } from '../shipped/models.ts';
import { lang } from '../state/state.ts';

/** What a visitor's own network takes and gives, in sentences. */
function facts({ input, preprocess, classes, threshold, mean }: ModelInfo): string[] {
  const t = strings.value.engine.facts;
  const [channels, height, width] = input;
  const count = classes.length.toLocaleString(lang.value);
  const size =
    height === null || width === null
      ? t.anySize(preprocess.longest ?? null)
      : t.size(width, height, preprocess.mode === 'crop' ? (preprocess.shorter ?? null) : null);
  return [
    size,
    ...(channels === 1 ? [t.grey] : []),
    t.classes(
      count,
      classes.every((name, i) => name === String(i)),
    ),
    t.scores,
    threshold === undefined ? t.noThreshold : t.threshold,
    ...(mean.every((value) => value === 0) ? [t.noNormalization] : []),
  ];
}

function Facts() {
  const network = readyModel();
  const name = networkName.value;
  if (!network || isShipped(name)) return null;
  return (
    <div class="facts-of-own" data-testid="own-facts">
      <h3>{strings.value.engine.facts.title(name)}</h3>
      <ul>
        {facts(network.info).map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
    </div>
  );
}

/** A model file of the visitor's, and what the page can do with it. */
export function OwnModel() {
  const t = strings.value.engine;
  const input = useRef<HTMLInputElement>(null);
  const choose = () => {
    const file = input.current?.files?.[0];
    if (file) void loadOwnModel(file, 'model');
    if (input.current) input.current.value = '';
  };
  return (
    <div class="own">
      <input
        ref={input}
        class="sr-only"
        id="own-model"
        type="file"
        accept=".safetensors,.onnx"
        disabled={engine.value.phase !== 'ready'}
        aria-describedby="own-model-help"
        onChange={choose}
      />
      <label class="button" for="own-model">
        {t.own}
      </label>
      <p class="hint" id="own-model-help">
        {t.ownHelp}
      </p>
      <ProblemsAt place="model" />
      <Facts />
    </div>
  );
}
