import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { trouble } from '../engine/detect.ts';
import { chooseShippedModel, engine, failure, model, startEngine } from '../engine/engine.ts';
import { missingSample } from '../engine/picture.ts';
import { isShipped } from '../shipped/models.ts';
import { strings } from '../i18n/index.ts';
import { notice, type Notice, type Place } from '../state/notices.ts';
import { defaults } from '../state/state.ts';
import { updateReady } from '../service-worker/registration.ts';

interface Problem {
  key: string;
  place: Place;
  text: string;
  action?: { label: string; run: () => void };
  dismiss?: () => void;
}

function noticeText(given: Notice): string {
  const t = strings.value.problems;
  switch (given.kind) {
    case 'not-a-picture':
      return t.notAPicture(given.name);
    case 'picture':
      return [
        given.animated && t.animatedPicture(given.name),
        given.transparent && t.transparentPicture(given.name),
      ]
        .filter(Boolean)
        .join(' ');
    case 'judge':
      return t.judge(given.detail);
    case 'own-model-in-link':
      return t.ownModelInLink(given.name);
    case 'camera':
      return {
        blocked: t.cameraBlocked,
        missing: t.cameraMissing,
        unavailable: t.cameraUnavailable,
        lost: t.cameraLost,
      }[given.cause];
  }
}

function engineProblem(): Problem[] {
  const t = strings.value.problems;
  const status = engine.value;
  if (status.phase !== 'failed') return [];
  if (status.cause === 'unsupported')
    return [{ key: 'unsupported', place: 'page', text: t.unsupported(status.detail) }];
  const action = { label: t.retry, run: () => void startEngine() };
  return [{ key: 'engine', place: 'page', text: t.engineDownload(status.detail), action }];
}

function modelProblem(): Problem[] {
  const t = strings.value.problems;
  const failed = failure.value;
  if (!failed) return [];
  const dismiss = () => (failure.value = null);
  const { place } = failed;
  if (failed.cause === 'format')
    return [{ key: 'model', place, text: t.modelFormat(failed.name), dismiss }];
  if (failed.cause === 'too-large')
    return [{ key: 'model', place, text: t.modelTooLarge(failed.name), dismiss }];
  if (failed.cause === 'invalid')
    return [{ key: 'model', place, text: t.modelInvalid(failed.name, failed.detail), dismiss }];
  const retry = () => {
    failure.value = null;
    void chooseShippedModel(isShipped(failed.name) ? failed.name : defaults.model);
  };
  const text = t.modelDownload(failed.name, failed.detail);
  return [{ key: 'model', place, text, action: { label: t.retry, run: retry }, dismiss }];
}

function problems(): Problem[] {
  const t = strings.value.problems;
  const found = [...engineProblem(), ...modelProblem()];
  if (notice.value)
    found.push({
      key: 'notice',
      place: placeOf(notice.value),
      text: noticeText(notice.value),
      dismiss: () => (notice.value = null),
    });
  if (missingSample.value)
    found.push({ key: 'sample', place: 'page', text: t.sample(missingSample.value) });
  if (trouble.value && model.value.phase === 'ready')
    found.push({ key: 'trouble', place: 'page', text: t.judge(trouble.value) });
  if (updateReady.value)
    found.push({
      key: 'update',
      place: 'page',
      text: strings.value.engine.updated,
      action: { label: strings.value.engine.reload, run: () => location.reload() },
      dismiss: () => (updateReady.value = false),
    });
  return found;
}

const placeOf = (given: Notice): Place => {
  if (given.kind === 'camera') return 'camera';
  return given.kind === 'not-a-picture' || given.kind === 'picture' ? given.place : 'page';
};

/** Places that are on the page now: what belongs elsewhere is said at its top. */
const there = signal<ReadonlySet<Place>>(new Set());

function List({ shown }: { shown: Problem[] }) {
  const { dismiss } = strings.value.problems;
  return (
    <>
      {shown.map((problem) => (
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
    </>
  );
}

/** What went wrong with the control beside it. */
export function ProblemsAt({ place }: { place: Exclude<Place, 'page'> }) {
  useEffect(() => {
    there.value = new Set([...there.peek(), place]);
    return () => {
      there.value = new Set([...there.peek()].filter((other) => other !== place));
    };
  }, [place]);
  return (
    <div class="problems beside" role="alert">
      <List shown={problems().filter((problem) => problem.place === place)} />
    </div>
  );
}

/** What has no place beside a control, in view wherever the page is scrolled to. */
export function Problems() {
  return (
    <div class="problems" role="alert">
      <List shown={problems().filter((problem) => !there.value.has(problem.place))} />
    </div>
  );
}
