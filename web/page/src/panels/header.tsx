import { strings } from '../i18n/index.ts';
import { langs } from '../state/langs.ts';
import { lang, state, tabs, theme, update } from '../state/state.ts';
import { Tabs } from '../ui/tabs.tsx';
import { Mark } from './mark.tsx';

const languageNames = { en: 'English', ko: '한국어' };

/** The address's fragment carries the state, which is to stay. */
function toTop(event: MouseEvent): void {
  event.preventDefault();
  scrollTo({ top: 0 });
}

export function Header() {
  const t = strings.value.header;
  const isDark = theme.value === 'dark';
  const other = langs.find((name) => name !== lang.value)!;
  return (
    <header class="header">
      <a class="brand" href="#" aria-label={t.home} onClick={toTop}>
        <Mark />
        <span>odin</span>
      </a>
      <Tabs
        id="view"
        label={t.tabs}
        value={state.value.tab}
        options={tabs.map((value) => ({ value, label: t[value] }))}
        onChange={(tab) => update({ tab })}
      />
      <div class="switches">
        <button
          type="button"
          class="switch"
          lang={other}
          aria-label={`${t.language}: ${languageNames[other]}`}
          onClick={() => update({ lang: other })}
        >
          {languageNames[other]}
        </button>
        <button
          type="button"
          class="switch icon"
          aria-pressed={isDark}
          aria-label={t.themes.dark}
          title={isDark ? t.themes.light : t.themes.dark}
          onClick={() => update({ theme: isDark ? 'light' : 'dark' })}
        >
          <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
            <circle cx="10" cy="10" r="7" fill="none" stroke="currentColor" stroke-width="1.6" />
            <path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor" />
          </svg>
        </button>
      </div>
    </header>
  );
}
