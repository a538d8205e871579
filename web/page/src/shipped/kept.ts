import kept from './kept.json';

/** What a network said of a picture, and ODIN of that. */
export interface Opinion {
  className: string;
  msp: number;
  verdict: 'in' | 'out' | null;
}

/** What scripts/make-examples.mjs keeps of every sample for every shipped network, each at its own settings. */
export function keptOpinion(sample: string, model: string): Opinion | null {
  const found = (kept as Record<string, Record<string, Opinion>>)[sample]?.[model];
  return found ?? null;
}
