import { useMemo } from 'preact/hooks';
import { best, forgetBest, ownRelative, type Best } from '../engine/best.ts';
import { strings } from '../i18n/index.ts';
import { choose, type Source } from '../inputs/source.ts';
import { imageOfPlanes, planesOfRgb } from '../pictures/pixels.ts';
import { update } from '../state/state.ts';
import { className, confidence, percent } from '../ui/format.ts';
import { PixelCanvas } from '../ui/pixel-canvas.tsx';
import { placeOnScale, Scale } from './score-scale.tsx';

const ways = ['drawing', 'camera', 'upload'] as const satisfies readonly Source[];

function start(source: Source): void {
  choose(source);
  document.getElementById('source-panel')?.scrollIntoView({ block: 'center' });
}

function Kept({ kept }: { kept: Best }) {
  const t = strings.value.fool;
  const image = useMemo(() => imageOfPlanes(planesOfRgb(kept.rgb)), [kept]);
  const name = className(kept.className);
  return (
    <div class="kept-best" data-testid="best" data-relative={kept.relative}>
      <PixelCanvas image={image} label={t.best} />
      <div>
        <p class="eyebrow">{t.best}</p>
        <p>
          {kept.relative > 1
            ? t.passed(name, confidence(kept.msp))
            : t.nearly(percent(Math.max(0, kept.relative)))}
        </p>
        <div class="row">
          <button
            type="button"
            class="button"
            onClick={() =>
              update({
                model: kept.model,
                picture: { kind: 'pixels', source: kept.source, rgb: kept.rgb },
              })
            }
          >
            {t.showAgain}
          </button>
          <button type="button" class="button quiet" onClick={forgetBest}>
            {t.forget}
          </button>
        </div>
      </div>
    </div>
  );
}

/** A game with a serious end: what passes and is none of the kinds taught shows what the method cannot do. */
export function FoolPanel() {
  const t = strings.value.fool;
  const relative = ownRelative.value;
  return (
    <section class="card fool" aria-labelledby="fool-title" data-testid="fool">
      <h2 id="fool-title">{t.title}</h2>
      <p class="about">{t.lead}</p>
      <div class="row">
        {ways.map((way) => (
          <button key={way} type="button" class="button" onClick={() => start(way)}>
            {t.ways[way]}
          </button>
        ))}
      </div>
      <div class="live">
        <p>
          {relative === null
            ? t.notYet
            : relative > 1
              ? t.passes
              : t.onTheWay(percent(Math.max(0, relative)))}
        </p>
        <Scale at={placeOnScale(relative ?? 0)} />
      </div>
      {best.value && <Kept kept={best.value} />}
    </section>
  );
}
