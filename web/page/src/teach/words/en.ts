const pictures = (n: number) => (n === 1 ? '1 picture' : `${n} pictures`);
const percent = (share: number) => `${Math.round(100 * share)}%`;

export const en = {
  title: 'Teach it',
  lead: 'Show a network a few kinds of things of your own. In seconds it tells them apart, and, unlike others, it also says when a thing is none of them. Nothing leaves your device.',
  firstNames: ['First', 'Second'] as [string, string],
  steps: { gather: '1. Gather pictures', teach: '2. Teach', try: '3. Try it' },
  classes: 'Classes',
  newName: (n: number) => `Class ${n}`,
  name: (n: number) => `Name of class ${n}`,
  add: 'Add a class',
  remove: (name: string) => `Remove the class ${name}`,
  removePicture: (n: number, name: string) => `Remove picture ${n} of ${name}`,
  empty: (name: string) => `Remove all pictures of ${name}`,
  pictures,
  gatherFor: (name: string) => `Pictures of “${name}”`,
  sources: 'Where pictures come from',
  source: { camera: 'Camera', files: 'Files', drawing: 'Draw' },
  tryTitle: 'A new picture',
  record: 'Hold to record',
  recordHint: 'Or hold the space bar. Move the thing while it records, and show it from all sides.',
  cameraStart: 'Start the camera',
  cameraStop: 'Stop the camera',
  cameraView: 'What the camera sees',
  files: 'Choose pictures',
  folder: 'Choose a folder',
  folderHint: 'A folder with folders in it makes a class of each.',
  drop: (name: string) => `Let go to add the pictures to “${name}”`,
  reading: (n: number) => `Reading ${pictures(n)} …`,
  addDrawing: 'Add this drawing',
  drawHint: 'Draw, add, draw again: a little different each time.',
  choosePicture: 'Choose a picture',
  teach: 'Teach it',
  teachAgain: 'Teach it again',
  stop: 'Stop',
  starting: 'The engine starts …',
  resumed: 'The tab was closed in the middle: the teaching goes on.',
  looking: (done: number, total: number) => `Looking at the pictures: ${done} of ${total}`,
  learning: (done: number, total: number) => `Learning: ${done} of ${total} rounds`,
  curve: 'Share of pictures told right, round by round',
  curveOf: { learned: 'learned', heldOut: 'held out' },
  rounds: 'round',
  oneThread: 'This page has one thread here, so it takes longer.',
  advice: {
    oneClass:
      'Two classes at least are needed: with one there is nothing to tell apart. For “everything else” no class is needed.',
    sameName: (name: string) => `Two classes are called “${name}”.`,
    few: (name: string, n: number, fewest: number) =>
      `“${name}” has ${pictures(n)}: ${fewest} at least, better 30, of different sides and places.`,
    more: (name: string, n: number) =>
      `“${name}” has ${pictures(n)}. It works, but 30 or more make the verdict surer.`,
    uneven: (name: string, other: string) =>
      `“${name}” has four times as many pictures as “${other}”, and will be guessed too often.`,
  },
  result: (accuracy: number, heldOut: number, learned: number) =>
    `${percent(accuracy)} of ${pictures(heldOut)} that it did not learn from are told right; it learned from ${learned}.`,
  resultSeconds: (seconds: number) => `That took ${seconds.toFixed(1)} s.`,
  few: 'With so few of them the true share may be rather different.',
  confused: (a: string, b: string, share: number) =>
    `“${a}” and “${b}” can hardly be told apart: ${percent(share)} of their pictures are taken for the other one. Show what differs: closer, from other sides, on another background. Or make one class of them.`,
  stale: 'The pictures have changed since: teach it again.',
  nothingYet: 'Teach it first.',
  verdict: { in: 'It knows this', out: 'None of these' },
  sure: (name: string, share: number) => `The network says ${name}, ${percent(share)} sure.`,
  why: {
    in: (share: number) =>
      share > 0
        ? `It is about as near to what was taught as pictures of that kind are: nearer than ${percent(share)} of the ones held out.`
        : 'It is as near to what was taught as pictures of that kind are.',
    out: 'It is farther from everything that was taught than 95% of the pictures held out are, so its name means nothing.',
    from: (threshold: string, score: string) => `Score ${score}, limit ${threshold}.`,
  },
  scoresOfKnown: 'Scores of held-out pictures, and this one’s',
  limit: 'limit',
  thisOne: 'this one',
  unknownScores: 'A file that was opened does not carry the scores of its pictures.',
  seen: 'The picture as the network sees it',
  probabilities: 'How sure it is of each class',
  save: 'Save as a file',
  share: 'Share',
  open: 'Open a file',
  anew: 'Start anew',
  anewSure: 'All pictures and what was taught are deleted. Go on?',
  savedHint:
    'The file is a model of odin: “odin detect --model FILE” and “Under the hood” on the first tab take it too.',
  troubles: {
    engine: (detail: string) => `The engine could not be started: ${detail}`,
    failed: (detail: string) => `That did not work: ${detail}`,
    memory:
      'The memory that this page may have is used up. Close other tabs, or teach with fewer pictures.',
    'storage-full':
      'The browser’s storage is full: what you gather now is lost when the tab is closed. Save what was taught as a file, or free some space.',
    file: (detail: string) => `This file was not saved here: ${detail}`,
    pictures: (names: string[]) =>
      `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}: no picture that this browser can read.`,
    tooMany: (most: number) => `A class has at most ${most} pictures.`,
    retry: 'Try again',
    dismiss: 'Dismiss',
  },
};

export type Words = typeof en;
