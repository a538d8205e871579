import { trouble } from '../engine/detect.ts';
import { chooseShippedModel, engine, failure, model, startEngine } from '../engine/engine.ts';
import { missingSample } from '../engine/picture.ts';
import { isShipped } from '../shipped/models.ts';
import { strings } from '../i18n/index.ts';
import { notice, type Notice } from '../state/notices.ts';
import { defaults } from '../state/state.ts';
import { updateReady } from '../service-worker/registration.ts';

interface Problem {
  key: string;
  text: string;
  action?: { label: string; run: () => void };
  dismiss?: () => void;
}

function noticeText(given: Notice): string {
  const t = strings.value.problems;
  switch (given.kind) {
    case 'not-a-picture':
      return t.notAPicture(given.name);
    case 'judge':
      return t.judge(given.detail);
    case 'own-model-in-link':
      return t.ownModelInLink(given.name);
    case 'camera':
      return {
        blocked: t.cameraBlocked,
        missing: t.cameraMissing,
        unavailable: t.cameraUnavailable,
      }[given.cause];
  }
}

function engineProblem(): Problem[] {
  const t = strings.value.problems;
  const status = engine.value;
  if (status.phase !== 'failed') return [];
  if (status.cause === 'unsupported')
    return [{ key: 'unsupported', text: t.unsupported(status.detail) }];
  const action = { label: t.retry, run: () => void startEngine() };
  return [{ key: 'engine', text: t.engineDownload(status.detail), action }];
}

function modelProblem(): Problem[] {
  const t = strings.value.problems;
  const failed = failure.value;
  if (!failed) return [];
  const dismiss = () => (failure.value = null);
  if (failed.cause === 'too-large')
    return [{ key: 'model', text: t.modelTooLarge(failed.name), dismiss }];
  if (failed.cause === 'invalid')
    return [{ key: 'model', text: t.modelInvalid(failed.name, failed.detail), dismiss }];
  const retry = () => {
    failure.value = null;
    void chooseShippedModel(isShipped(failed.name) ? failed.name : defaults.model);
  };
  const text = t.modelDownload(failed.name, failed.detail);
  return [{ key: 'model', text, action: { label: t.retry, run: retry }, dismiss }];
}

function problems(): Problem[] {
  const t = strings.value.problems;
  const found = [...engineProblem(), ...modelProblem()];
  if (notice.value)
    found.push({
      key: 'notice',
      text: noticeText(notice.value),
      dismiss: () => (notice.value = null),
    });
  if (missingSample.value) found.push({ key: 'sample', text: t.sample(missingSample.value) });
  if (trouble.value && model.value.phase === 'ready')
    found.push({ key: 'trouble', text: t.judge(trouble.value) });
  if (updateReady.value)
    found.push({
      key: 'update',
      text: strings.value.engine.updated,
      action: { label: strings.value.engine.reload, run: () => location.reload() },
      dismiss: () => (updateReady.value = false),
    });
  return found;
}

export function Problems() {
  const { dismiss } = strings.value.problems;
  return (
    <div class="problems" role="alert">
      {problems().map((problem) => (
        <div class="problem" key={problem.key} data-testid={`problem-${problem.key}`}>
          <p>{problem.text}</p>
          {problem.action && (
            <button type="button" class="button" onClick={problem.action.run}>
              {problem.action.label}
            </button>
          )}
          {problem.dismiss && (
            <button type="button" class="button quiet" onClick={problem.dismiss}>
              {dismiss}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
