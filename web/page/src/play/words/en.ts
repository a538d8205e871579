const percent = (share: number) => `${Math.round(100 * share)}%`;

export const en = {
  title: 'Playground',
  lead: 'A small network learns to tell blue from orange. Far from all points it has seen nothing, and is sure all the same. ODIN’s score asks where to believe it: move T and ε and watch.',
  data: 'Data',
  kinds: { moons: 'Moons', circles: 'Circles', spirals: 'Spirals', drawn: 'Drawn by hand' },
  depth: 'Hidden layers',
  width: 'Units in each',
  activation: 'Activation',
  activations: { tanh: 'tanh', relu: 'ReLU', sigmoid: 'sigmoid' },
  rate: 'Learning rate',
  run: 'Train',
  pause: 'Pause',
  step: 'One step',
  anew: 'New weights',
  clear: 'Remove all points',
  temperature: 'Temperature T',
  epsilon: 'Step ε',
  temperatureHelp: 'Softens the softmax.',
  epsilonHelp: 'How far each place is moved before it is scored.',
  pen: 'Draw points of',
  pens: { 0: 'Blue', 1: 'Orange' },
  drawHint: 'Draw in either plane. With the keyboard: arrow keys move, the space bar sets a point.',
  starting: 'The engine starts …',
  twoClasses: 'Draw points of both classes.',
  failed: (detail: string) => `The engine stopped: ${detail}`,
  again: 'Start again',
  state: (steps: number, loss: string, accuracy: number) =>
    `Step ${steps}, loss ${loss}, ${percent(accuracy)} of the points right`,
  confidence: 'What the network says',
  confidenceLead: 'Blue or orange, the stronger the surer.',
  odin: 'What ODIN believes',
  odinLead: 'Hatched: lower than that of 95% of the points, so rejected.',
  far: (share: number) => `${percent(share)} of the empty plane: more than 95% sure.`,
  rejected: (odin: number, baseline: number) =>
    `It rejects ${percent(odin)} of the empty plane; the confidence alone, with the same 95% kept, ${percent(baseline)}.`,
  plane: (name: string) => `${name}: the plane from −2 to 2`,
};

export type Words = typeof en;
