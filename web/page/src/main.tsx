import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/panels.css';
import './styles/stage.css';
import './styles/more.css';
import './styles/charts.css';
import { App } from './app.tsx';
import { followBest } from './engine/best.ts';
import { followDetection } from './engine/detect.ts';
import { engine, followModel, startEngine } from './engine/engine.ts';
import { followMethods } from './engine/methods.ts';
import { followOpinions } from './engine/opinions.ts';
import { followPicture, takeWhatWaits } from './engine/picture.ts';
import { followScores } from './engine/scores.ts';
import { camera } from './inputs/camera.ts';
import { notice } from './state/notices.ts';
import { state } from './state/state.ts';
import { mirrorToAddress } from './state/url.ts';
import { registerWorker } from './service-worker/registration.ts';

// Browsers start the engine's worker with the help of this thread, which drawing the page keeps busy.
await window.odinWorker;

mirrorToAddress(() => camera.value === 'live');
if (state.value.model.endsWith('.safetensors'))
  notice.value = { kind: 'own-model-in-link', name: state.value.model };
registerWorker();
void startEngine();
followModel();
followPicture();
takeWhatWaits();
followDetection();
followScores();
followOpinions();
followMethods();
followBest();
addEventListener('online', () => {
  if (engine.value.phase === 'failed' && engine.value.cause === 'download') void startEngine();
});
render(<App />, document.getElementById('app')!);
