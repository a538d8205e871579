import { useEffect } from 'preact/hooks';
import { strings } from '../i18n/index.ts';
import { lang } from '../state/state.ts';
import { ClassesPanel } from './classes-panel.tsx';
import { JudgePanel } from './judge-panel.tsx';
import * as project from './project.ts';
import './teach.css';
import { TeachPanel } from './teach-panel.tsx';
import { en, type Words } from './words/en.ts';
import { ko } from './words/ko.ts';

function troubleText(trouble: project.Trouble, words: Words): string {
  const t = words.troubles;
  const ofPage = strings.value.problems;
  switch (trouble.kind) {
    case 'camera':
      return {
        blocked: ofPage.cameraBlocked,
        missing: ofPage.cameraMissing,
        unavailable: ofPage.cameraUnavailable,
        lost: ofPage.cameraLost,
      }[trouble.cause];
    case 'pictures':
      return t.pictures(trouble.names);
    case 'too-many':
      return t.tooMany(trouble.most);
    case 'engine':
    case 'failed':
    case 'file':
      return t[trouble.kind](trouble.detail);
    default:
      return t[trouble.kind];
  }
}

function Trouble({ words }: { words: Words }) {
  const trouble = project.trouble.value;
  return (
    <div role="alert">
      {trouble && (
        <div class="problem" data-testid={`teach-trouble-${trouble.kind}`}>
          <p>{troubleText(trouble, words)}</p>
          {trouble.kind === 'engine' ? (
            <button
              type="button"
              class="button"
              onClick={() => void project.beginAgain(words.firstNames)}
            >
              {words.troubles.retry}
            </button>
          ) : (
            <button
              type="button"
              class="button quiet"
              onClick={() => (project.trouble.value = null)}
            >
              {words.troubles.dismiss}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** Teaches a network a visitor's own classes. */
export default function TeachTab() {
  const words = lang.value === 'ko' ? ko : en;
  useEffect(() => void project.begin(words.firstNames), []);
  return (
    <div class="teach">
      <header class="teach-head">
        <h1 id="teach-title" tabIndex={-1}>
          {words.title}
        </h1>
        <p>{words.lead}</p>
      </header>
      <Trouble words={words} />
      <ClassesPanel words={words} />
      <TeachPanel words={words} />
      <JudgePanel words={words} />
    </div>
  );
}
