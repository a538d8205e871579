import { strings } from '../i18n/index.ts';
import { PictureInput } from '../inputs/picture-input.tsx';

/** Where another picture comes from. */
export function SourcesPanel() {
  return (
    <section class="card sources-card" aria-label={strings.value.input.sources}>
      <PictureInput />
    </section>
  );
}
