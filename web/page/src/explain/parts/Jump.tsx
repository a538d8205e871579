import type { ComponentChildren } from 'preact';

/** Goes to a section of this tab; not a link, since the address holds the page's state. */
export function Jump({ to, children }: { to: string; children: ComponentChildren }) {
  const go = () => {
    const section = document.getElementById(to);
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    section?.scrollIntoView({ behavior: still ? 'auto' : 'smooth' });
    section?.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
  };
  return (
    <button type="button" class="ex-link" onClick={go}>
      {children}
    </button>
  );
}
