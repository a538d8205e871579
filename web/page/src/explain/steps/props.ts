import type { Detection, ModelInfo } from '../../../../api/types.ts';
import type { Theme } from '../parts/colours.ts';
import type { Strings } from '../words/en.ts';

/** What the cards of ODIN's steps show. */
export interface StepProps {
  detection: Detection;
  info: ModelInfo;
  temperature: number;
  epsilon: number;
  theme: Theme;
  words: Strings['steps'];
}
