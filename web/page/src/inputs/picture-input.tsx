import { useSignal, useSignalEffect } from '@preact/signals';
import { strings } from '../i18n/index.ts';
import { pictureRef, type PictureRef } from '../state/state.ts';
import { Tabs } from '../ui/tabs.tsx';
import { CameraInput } from './camera-input.tsx';
import { DrawingInput } from './drawing-input.tsx';
import { NoiseInput } from './noise-input.tsx';
import { SamplesInput } from './samples-input.tsx';
import { UploadInput } from './upload-input.tsx';

const sources = ['samples', 'upload', 'camera', 'drawing', 'noise'] as const;
type Source = (typeof sources)[number];

const inputs = {
  samples: SamplesInput,
  upload: UploadInput,
  camera: CameraInput,
  drawing: DrawingInput,
  noise: NoiseInput,
};

function sourceOf(picture: PictureRef): Source {
  if (picture.kind === 'sample') return 'samples';
  return picture.kind === 'noise' ? 'noise' : picture.source;
}

/** The choice of a picture: which kind of source, and that source's own controls. */
export function PictureInput() {
  const t = strings.value.input;
  const open = useSignal<Source>(sourceOf(pictureRef.peek()));
  useSignalEffect(() => {
    open.value = sourceOf(pictureRef.value);
  });
  const Input = inputs[open.value];
  return (
    <div class="sources">
      <Tabs
        id="source"
        label={t.sources}
        value={open.value}
        options={sources.map((value) => ({ value, label: t.tabs[value] }))}
        onChange={(value) => (open.value = value)}
      />
      <div
        class="source"
        id="source-panel"
        role="tabpanel"
        aria-labelledby={`source-${open.value}`}
      >
        <Input />
      </div>
    </div>
  );
}
