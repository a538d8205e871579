import type { StepProps } from './props.ts';
import { StepCard } from './StepCard.tsx';
import { TemperatureCard } from './TemperatureCard.tsx';
import { ThresholdCard } from './ThresholdCard.tsx';

export function StepsSection(props: StepProps) {
  return (
    <div class="ex-steps">
      <TemperatureCard {...props} />
      <StepCard {...props} />
      <ThresholdCard {...props} />
    </div>
  );
}
