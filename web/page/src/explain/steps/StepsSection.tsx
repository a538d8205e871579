import type { Detection, ModelInfo } from '../../../../api/types.ts';
import type { Strings } from '../strings.en.ts';
import type { Theme } from '../tape/MapCanvas.tsx';
import { StepCard } from './StepCard.tsx';
import { TemperatureCard } from './TemperatureCard.tsx';
import { ThresholdCard } from './ThresholdCard.tsx';

export interface StepProps {
  detection: Detection;
  info: ModelInfo;
  temperature: number;
  epsilon: number;
  theme: Theme;
  words: Strings['steps'];
}

export function StepsSection(props: StepProps) {
  return (
    <div class="ex-steps">
      <TemperatureCard {...props} />
      <StepCard {...props} />
      <ThresholdCard {...props} />
    </div>
  );
}
