import { strings } from '../i18n/index.ts';
import { update } from '../state/state.ts';
import { lessonAt } from './lesson.tsx';
import { ShareButton } from './share.tsx';

/** Where teachers find the lesson, and a link to each of its steps. */
export function TeachersPanel() {
  const t = strings.value.lesson;
  return (
    <section class="card teachers" aria-labelledby="teachers-title">
      <h2 id="teachers-title">{t.title}</h2>
      <p class="about">{t.lead}</p>
      <ol class="presets">
        {t.steps.map((words, i) => (
          <li key={words.title}>
            <button type="button" class="link" onClick={() => update(lessonAt(i + 1))}>
              {words.title}
            </button>
            <ShareButton label={t.copy} change={lessonAt(i + 1)} quiet />
          </li>
        ))}
      </ol>
      <button type="button" class="button primary" onClick={() => update(lessonAt(1))}>
        {t.start}
      </button>
    </section>
  );
}
