import { useRef } from 'preact/hooks';
import { strings } from '../i18n/index.ts';
import { takeFile } from './upload.ts';

export function UploadInput() {
  const t = strings.value.input;
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class="upload">
      <div class="row">
        <input
          ref={input}
          class="sr-only"
          id="upload"
          type="file"
          accept="image/*"
          onChange={() => {
            const file = input.current?.files?.[0];
            if (file) void takeFile(file, 'upload');
            if (input.current) input.current.value = '';
          }}
        />
        <label class="button primary" for="upload">
          {t.upload}
        </label>
        <p class="hint">{t.uploadHint}</p>
      </div>
    </div>
  );
}
