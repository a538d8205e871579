import { Jump } from './parts/Jump.tsx';
import './styles/base.css';
import './styles/player.css';
import './styles/tape.css';
import './styles/steps.css';
import './styles/sandbox.css';
import './styles/narrow.css';
import type { ExplainProps } from './props.ts';
import { SandboxSection } from './sandbox/SandboxSection.tsx';
import { takeSteps } from './steps/odin-steps.ts';
import { StepsSection } from './steps/StepsSection.tsx';
import { en } from './words/en.ts';
import { ko } from './words/ko.ts';
import { TapeSection } from './tape/TapeSection.tsx';
import { useLatest, type Latest } from './useLatest.ts';

export default function ExplainTab(props: ExplainProps) {
  const { model, picture, pictureName, temperature, epsilon, theme } = props;
  const words = props.lang === 'ko' ? ko : en;
  const ready = model && picture ? { model, picture } : null;
  const trace = useLatest(
    ready && ((signal) => ready.model.trace(ready.picture, { temperature, signal })),
    [model, picture, temperature],
  );
  const steps = useLatest(
    ready && ((signal) => takeSteps(ready.model, ready.picture, temperature, epsilon, signal)),
    [model, picture, temperature, epsilon],
  );
  const notice = ({ failure, busy }: Latest<unknown>) => {
    if (failure) return words.failed(failure);
    return model && !picture && !busy ? words.noPicture : words.waiting;
  };
  return (
    <div class="ex">
      <header class="ex-head">
        <h1>{words.title}</h1>
        {props.children}
        <p>{words.lead}</p>
        <nav aria-label={words.jump}>
          <Jump to="ex-tape">{words.tape.title}</Jump>
          <Jump to="ex-steps">{words.steps.title}</Jump>
          <Jump to="ex-sandbox">{words.sandbox.title}</Jump>
        </nav>
      </header>
      <section id="ex-tape" aria-labelledby="ex-tape-title" aria-busy={trace.busy}>
        <h2 id="ex-tape-title" tabIndex={-1}>
          {words.tape.title}
        </h2>
        {trace.value && model ? (
          <TapeSection
            trace={trace.value}
            classes={props.classNames}
            pictureName={pictureName}
            theme={theme}
            words={words.tape}
          />
        ) : (
          <p class="ex-card">{notice(trace)}</p>
        )}
      </section>
      <section id="ex-steps" aria-labelledby="ex-steps-title" aria-busy={steps.busy}>
        <h2 id="ex-steps-title" tabIndex={-1}>
          {words.steps.title}
        </h2>
        {steps.value && model ? (
          <>
            <p>{words.steps.lead(pictureName)}</p>
            <StepsSection
              {...steps.value}
              info={model.info}
              classNames={props.classNames}
              theme={theme}
              words={words.steps}
            />
          </>
        ) : (
          <p class="ex-card">{notice(steps)}</p>
        )}
      </section>
      <section id="ex-sandbox" aria-labelledby="ex-sandbox-title">
        <h2 id="ex-sandbox-title" tabIndex={-1}>
          {words.sandbox.title}
        </h2>
        <p>{words.sandbox.lead}</p>
        <SandboxSection
          odin={props.odin}
          initial={props.sandbox}
          onChange={props.onSandboxChange}
          words={words.sandbox}
          playerWords={words.tape}
          waiting={words.waiting}
          failed={words.failed}
        />
      </section>
    </div>
  );
}
