import { BarsPanel } from './bars-panel.tsx';
import { ControlsPanel } from './controls-panel.tsx';
import { CurvesPanel } from './curves-panel.tsx';
import { EnginePanel } from './engine-panel.tsx';
import { FoolPanel } from './fool-panel.tsx';
import { NetworksPanel } from './networks-panel.tsx';
import { ScoresPanel } from './scores-panel.tsx';
import { TeachersPanel } from './teachers-panel.tsx';

// What is fetched and drawn only after the first verdict.

export { HistogramOf } from './histogram.tsx';

/** What stands below the first screen. */
export function Rest() {
  return (
    <>
      <NetworksPanel />
      <FoolPanel />
      <ControlsPanel />
      <ScoresPanel />
      <div class="columns">
        <BarsPanel />
        <EnginePanel />
      </div>
      <CurvesPanel />
      <TeachersPanel />
    </>
  );
}
