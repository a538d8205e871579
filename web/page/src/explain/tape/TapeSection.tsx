import { useMemo, useState } from 'preact/hooks';
import type { Trace } from '../../../../api/types.ts';
import { fixed } from '../parts/format.ts';
import type { Strings } from '../words/en.ts';
import type { Theme } from '../parts/colours.ts';
import { NodeDetail } from './NodeDetail.tsx';
import { Player } from '../parts/Player.tsx';
import { opName, StageList } from './StageList.tsx';
import { stagesOf } from './stages.ts';
import { Timeline } from './Timeline.tsx';
import { halts, nextHalt, placeAt, positionOf, type Stride } from './walk.ts';

interface Props {
  trace: Trace;
  classes: readonly string[];
  pictureName: string;
  theme: Theme;
  words: Strings['tape'];
}

const strides: readonly Stride[] = ['operation', 'layer', 'stage'];

export function TapeSection({ trace, classes, pictureName, theme, words }: Props) {
  const { nodes } = trace;
  const [position, setPosition] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [stride, setStride] = useState<Stride>('layer');
  const stages = useMemo(() => stagesOf(nodes), [nodes]);
  const stops = useMemo(() => halts(stages, nodes.length, stride), [stages, stride]);
  const place = placeAt(Math.min(position, 2 * nodes.length - 1), nodes.length);
  const node = nodes[place.index];
  if (!node) return null;
  const pick = (index: number) =>
    setPosition(positionOf({ index, backward: place.backward }, nodes.length));
  const direction = place.backward ? words.onBackward : words.onForward;
  const status = words.where(
    direction,
    place.index + 1,
    nodes.length,
    opName(node, words),
    node.module,
  );
  return (
    <>
      <p>{words.lead(nodes.length, fixed(trace.milliseconds, 0), pictureName)}</p>
      <div class="ex-columns">
        <div class="ex-walk">
          <div class="ex-card ex-tape-player">
            <Player
              words={words}
              position={position}
              last={2 * nodes.length - 1}
              turn={nodes.length}
              status={status}
              milliseconds={stride === 'operation' ? 160 : 450}
              onMove={setPosition}
              onPlaying={setPlaying}
              next={(d) => nextHalt(stops, position, d)}
            >
              <label class="ex-stride">
                {words.stride}
                <select
                  value={stride}
                  onChange={(event) => setStride(event.currentTarget.value as Stride)}
                >
                  {strides.map((s) => (
                    <option key={s} value={s}>
                      {words.strides[s]}
                    </option>
                  ))}
                </select>
              </label>
            </Player>
            <p
              class={`ex-status ${place.backward ? 'ex-back' : ''}`}
              aria-live={playing ? 'off' : 'polite'}
            >
              {status}
            </p>
            <Timeline
              nodes={nodes}
              position={position}
              label={words.timeline}
              start={words.timelineStart}
              turn={words.timelineTurn}
              end={words.timelineEnd}
              onPick={setPosition}
            />
          </div>
          <StageList stages={stages} current={node.id} theme={theme} words={words} onPick={pick} />
        </div>
        <NodeDetail
          node={node}
          nodes={nodes}
          backward={place.backward}
          classes={classes}
          theme={theme}
          words={words}
          onPick={pick}
        />
      </div>
    </>
  );
}
