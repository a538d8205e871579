import { useSignalEffect } from '@preact/signals';
import { strings } from '../i18n/index.ts';
import { pictureRef } from '../state/state.ts';
import { ProblemsAt } from '../problems/problems.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { CameraInput } from './camera-input.tsx';
import { DrawingInput } from './drawing-input.tsx';
import { NoiseInput } from './noise-input.tsx';
import { SamplesInput } from './samples-input.tsx';
import { choose, openSource, sourceOf, sources, type Source } from './source.ts';
import { UploadInput } from './upload-input.tsx';

/** Where what went wrong with a source is said. */
const places: Partial<Record<Source, 'upload' | 'camera'>> = { upload: 'upload', camera: 'camera' };

const inputs = {
  samples: SamplesInput,
  upload: UploadInput,
  camera: CameraInput,
  drawing: DrawingInput,
  noise: NoiseInput,
};

/** Which kind of source a picture comes from. */
export function SourceTabs() {
  const t = strings.value.input;
  useSignalEffect(() => {
    openSource.value = sourceOf(pictureRef.value);
  });
  return (
    <Tabs
      id="source"
      label={t.sources}
      value={openSource.value}
      options={sources.map((value) => ({ value, label: t.tabs[value] }))}
      onChange={choose}
    />
  );
}

/** The open source's own controls. */
export function SourceControls() {
  const place = places[openSource.value];
  const Input = inputs[openSource.value];
  return (
    <div
      class="source"
      id="source-panel"
      role="tabpanel"
      aria-labelledby={`source-${openSource.value}`}
    >
      <Input />
      {place && <ProblemsAt key={place} place={place} />}
    </div>
  );
}
