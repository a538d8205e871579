import { strings } from '../i18n/index.ts';
import { SourceControls } from '../inputs/picture-input.tsx';

/** What another picture is chosen, drawn or filmed with. */
export function SourcesPanel() {
  return (
    <section class="card sources-card" aria-labelledby="sources-title">
      <h2 id="sources-title" class="sr-only">
        {strings.value.input.sources}
      </h2>
      <SourceControls />
    </section>
  );
}
