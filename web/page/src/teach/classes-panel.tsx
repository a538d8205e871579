import { useEffect, useState } from 'preact/hooks';
import { otherTaker } from '../inputs/upload.ts';
import { Tabs } from '../ui/tabs.tsx';
import { mostClasses } from './advice.ts';
import * as project from './project.ts';
import { DrawingAdder, FileButtons, readFiles, Recorder } from './sources.tsx';
import { Thumbnail } from './thumbnail.tsx';
import type { Words } from './words/en.ts';

const sources = ['camera', 'files', 'drawing'] as const;
type Source = (typeof sources)[number];

/** Those shown of a class, the newest first. */
const shownPictures = 24;

/** A folder's folders become classes; what lies in none goes to the class that is chosen. */
async function takeFiles(files: File[]): Promise<void> {
  const chosen = project.active.value;
  await readFiles(files, async (read) => {
    const folders = [...new Set(read.map(({ folder }) => folder))];
    for (const folder of folders) {
      const id = folder === '' ? chosen : project.classNamed(folder);
      const images = read.filter((of) => of.folder === folder).map(({ image }) => image);
      await project.addPictures(id, images);
    }
  });
}

function ClassCard({ of, n, words }: { of: project.ClassOfPictures; n: number; words: Words }) {
  const isActive = project.active.value === of.id;
  const isBusy = project.phase.value === 'teaching';
  const newest = of.pictures.map((rgb, i) => ({ rgb, i })).slice(-shownPictures);
  return (
    <li class={`teach-class ${isActive ? 'active' : ''}`} data-testid="teach-class">
      <div class="row">
        <input
          type="radio"
          name="teach-active"
          checked={isActive}
          aria-label={words.gatherFor(of.name)}
          onChange={() => (project.active.value = of.id)}
        />
        <input
          class="teach-name"
          type="text"
          maxLength={40}
          value={of.name}
          aria-label={words.name(n)}
          disabled={isBusy}
          onFocus={() => (project.active.value = of.id)}
          onInput={(event) => project.change(of.id, { name: event.currentTarget.value })}
        />
        <span class="teach-count">{words.pictures(of.pictures.length)}</span>
        <button
          type="button"
          class="button quiet"
          aria-label={words.remove(of.name)}
          title={words.remove(of.name)}
          disabled={isBusy || project.classes.value.length <= 1}
          onClick={() => project.removeClass(of.id)}
        >
          ×
        </button>
      </div>
      {newest.length > 0 && (
        <ul class="teach-pictures">
          {newest.reverse().map(({ rgb, i }) => (
            <li key={i}>
              <button
                type="button"
                aria-label={words.removePicture(i + 1, of.name)}
                title={words.removePicture(i + 1, of.name)}
                disabled={isBusy}
                onClick={() =>
                  project.change(of.id, { pictures: of.pictures.filter((_, at) => at !== i) })
                }
              >
                <Thumbnail rgb={rgb} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

export function ClassesPanel({ words }: { words: Words }) {
  const [source, setSource] = useState<Source>('camera');
  const [reading, setReading] = useState(0);
  const { classes, active } = project;
  const chosen = classes.value.find(({ id }) => id === active.value);
  const isClosed = project.phase.value !== 'ready';
  const takeSome = (files: File[]) => {
    setReading(files.length);
    void takeFiles(files).finally(() => setReading(0));
  };
  useEffect(() => {
    const take = (files: File[]) => {
      if (project.phase.peek() === 'ready') takeSome(files);
    };
    otherTaker.value = { says: words.drop(chosen?.name ?? ''), take };
    return () => {
      otherTaker.value = null;
    };
  }, [chosen?.name, words]);
  const add = (images: ImageData[]) => project.addPictures(active.value, images);
  return (
    <section class="card teach-gather" aria-labelledby="teach-gather-title">
      <h2 id="teach-gather-title" tabIndex={-1}>
        {words.steps.gather}
      </h2>
      <div class="teach-columns">
        <div>
          <ul class="teach-classes" aria-label={words.classes}>
            {classes.value.map((of, i) => (
              <ClassCard key={of.id} of={of} n={i + 1} words={words} />
            ))}
          </ul>
          <button
            type="button"
            class="button"
            disabled={isClosed || classes.value.length >= mostClasses}
            onClick={() => project.addClass(words.newName(classes.value.length + 1))}
          >
            {words.add}
          </button>
        </div>
        <fieldset class="teach-source" disabled={isClosed}>
          <legend>{words.gatherFor(chosen?.name ?? '')}</legend>
          <Tabs
            id="teach-source"
            label={words.sources}
            value={source}
            options={sources.map((value) => ({ value, label: words.source[value] }))}
            onChange={setSource}
          />
          <div id="teach-source-panel" role="tabpanel" aria-labelledby={`teach-source-${source}`}>
            {source === 'camera' && <Recorder words={words} onFrame={(image) => add([image])} />}
            {source === 'files' && (
              <FileButtons words={words} id="teach-files" several onFiles={takeSome} />
            )}
            {source === 'drawing' && <DrawingAdder words={words} onAdd={(image) => add([image])} />}
            {reading > 0 && <p role="status">{words.reading(reading)}</p>}
          </div>
        </fieldset>
      </div>
    </section>
  );
}
