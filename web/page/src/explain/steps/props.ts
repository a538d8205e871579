import type { ModelInfo } from '../../../../api/types.ts';
import type { Theme } from '../parts/colours.ts';
import type { Strings } from '../words/en.ts';
import type { OdinSteps } from './odin-steps.ts';

export interface StepProps extends OdinSteps {
  classNames: readonly string[];
  info: ModelInfo;
  theme: Theme;
  words: Strings['steps'];
}
