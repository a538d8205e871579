/** What is taught: names and pictures, 32x32 with three bytes a pixel. */
export interface TaughtClass {
  name: string;
  pictures: Uint8Array[];
}

/** Of a training that was interrupted. */
export interface Checkpoint {
  epochs: number;
  /** Weights and the optimizer's state, a safetensors file. */
  state: Uint8Array;
  curve: CurvePoint[];
}

/** After an epoch; shares of pictures that are classified right. */
export interface CurvePoint {
  learned: number;
  heldOut: number;
}

export interface Progress {
  stage: 'looking' | 'learning';
  done: number;
  total: number;
  curve: CurvePoint[];
}

/** Two classes, and the share of their held-out pictures that are taken for the other one. */
export interface Confusion {
  first: string;
  second: string;
  share: number;
}

/** What came of it, without the network itself. */
export interface Lesson {
  classes: string[];
  learned: number;
  heldOut: number;
  /** On the held-out pictures. */
  accuracy: number;
  /** Of the score by which it judges, with its interval of 95% confidence. */
  threshold: number;
  low: number;
  high: number;
  /** Scores of held-out pictures. */
  known: number[];
  confusions: Confusion[];
  curve: CurvePoint[];
  seconds: number;
}

export interface Judged {
  label: number;
  probabilities: number[];
  score: number;
  verdict: 'in' | 'out';
  /** The picture as the network saw it. */
  seen: Uint8Array;
}
