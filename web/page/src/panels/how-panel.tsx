import { useEffect, useState } from 'preact/hooks';
import { engine, readyModel } from '../engine/engine.ts';
import { pictureName, seen } from '../engine/judgement.ts';
import type { ExplainProps } from '../explain/props.ts';
import { strings } from '../i18n/index.ts';
import { lang, state, theme, update } from '../state/state.ts';
import { className } from '../ui/format.ts';
import { BeatsPanel } from './beats-panel.tsx';

type Tab = (props: ExplainProps) => preact.VNode | null;

/** The second tab, whose code is fetched when it is first opened. */
export function HowPanel() {
  const [Explain, setExplain] = useState<Tab | null>(null);
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    import('../explain/index.tsx').then(
      (module) => setExplain(() => module.default as Tab),
      () => setFailed(true),
    );
  }, []);
  if (hasFailed) return <p class="problem">{strings.value.problems.howFailed}</p>;
  if (!Explain) return <p class="hint">{strings.value.how.loading}</p>;
  const { temperature, epsilon, sandbox } = state.value;
  return (
    <Explain
      odin={engine.value.phase === 'ready' ? engine.value.odin : null}
      model={readyModel()}
      picture={seen.value}
      pictureName={pictureName.value}
      temperature={temperature}
      epsilon={epsilon}
      theme={theme.value}
      lang={lang.value}
      sandbox={sandbox}
      onSandboxChange={(value) => update({ sandbox: value })}
      classNames={(readyModel()?.info.classes ?? []).map(className)}
    >
      <BeatsPanel />
    </Explain>
  );
}
