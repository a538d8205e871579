import { effect, signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { shown } from './engine/detect.ts';
import { strings } from './i18n/index.ts';
import { SourceTabs } from './inputs/picture-input.tsx';
import { openSource } from './inputs/source.ts';
import { acceptFiles, otherTaker } from './inputs/upload.ts';
import { DialsPanel } from './panels/dials-panel.tsx';
import { Footer } from './panels/footer.tsx';
import { Header } from './panels/header.tsx';
import { Hero } from './panels/hero.tsx';
import { HowPanel } from './panels/how-panel.tsx';
import { Lesson } from './panels/lesson.tsx';
import { OtherTabPanel } from './panels/other-tabs.tsx';
import { PicturePanel } from './panels/picture-panel.tsx';
import { SourcesPanel } from './panels/sources-panel.tsx';
import { VerdictBar } from './panels/verdict-bar.tsx';
import { VerdictPanel } from './panels/verdict-panel.tsx';
import { Problems } from './problems/problems.tsx';
import { lang, state, theme } from './state/state.ts';

const patienceMilliseconds = 1000;

type Later = typeof import('./panels/later.tsx');

/** Fetched and drawn after the first verdict, or when that takes long: it would delay it. */
const later = signal<Later | null>(null);
const hasFailed = signal(false);

function followFirstVerdict(): () => void {
  const draw = () =>
    void import('./panels/later.tsx').then(
      (module) => (later.value = module),
      () => (hasFailed.value = true),
    );
  const timer = setTimeout(draw, patienceMilliseconds);
  const stop = effect(() => {
    if (shown.value?.kept === false) requestAnimationFrame(() => setTimeout(draw));
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}

function TryIt() {
  useEffect(followFirstVerdict, []);
  const Rest = later.value?.Rest;
  const isLesson = state.value.lesson > 0;
  // What is drawn or filmed stands beside its verdict.
  const isMaking = openSource.value === 'drawing' || openSource.value === 'camera';
  return (
    <>
      {isLesson ? <Lesson /> : <Hero />}
      <SourceTabs />
      <div class={`stage ${isMaking ? 'making' : ''}`}>
        <SourcesPanel />
        <PicturePanel />
        <VerdictPanel />
        <DialsPanel Histogram={later.value?.HistogramOf ?? null} />
      </div>
      {hasFailed.value && <p class="problem">{strings.value.problems.howFailed}</p>}
      {Rest && !isLesson && <Rest />}
    </>
  );
}

export function App() {
  const t = strings.value;
  const isOver = useSignal(false);
  useEffect(() => acceptFiles((over) => (isOver.value = over)), []);
  useEffect(() => {
    document.documentElement.lang = lang.value;
    document.title = t.title;
  }, [lang.value]);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme.value;
  }, [theme.value]);
  const { tab } = state.value;
  return (
    <>
      <a class="skip" href={skipTargets[tab]} onClick={skip}>
        {t.header.skip}
      </a>
      {state.value.lesson === 0 && <Header />}
      <Problems />
      {tab === 'try' && <VerdictBar />}
      <main>
        <div class="view" id="view-panel" role="tabpanel" aria-labelledby={`view-${tab}`}>
          {tab === 'try' ? <TryIt /> : tab === 'how' ? <HowPanel /> : <OtherTabPanel tab={tab} />}
        </div>
      </main>
      <Footer />
      {isOver.value && <div class="drop">{otherTaker.value?.says ?? t.input.drop}</div>}
    </>
  );
}

const skipTargets = {
  try: '#picture',
  how: '#ex-tape-title',
  teach: '#teach-gather-title',
  play: '#play-title',
};

/** The address's fragment carries the state, so the jump is made by hand. */
function skip(event: MouseEvent): void {
  event.preventDefault();
  const { hash } = event.currentTarget as HTMLAnchorElement;
  document.getElementById(hash.slice(1))?.focus();
}
