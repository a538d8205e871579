import { lang } from '../state/state.ts';
import { strings } from '../i18n/index.ts';

export const percent = (value: number, digits = 0) =>
  value.toLocaleString(lang.value, {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });

/** A confidence is never rounded up to certainty. */
export const confidence = (value: number) =>
  value > 0.9995 ? `> ${percent(0.999, 1)}` : percent(value, value > 0.99 ? 1 : 0);

/** Scores near 1 / classes at high temperatures differ from the fourth digit on, and of many classes they are small. */
export const score = (value: number, temperature: number) => {
  const zeros = Math.max(0, Math.round(-Math.log10(value)) - 1);
  return value.toFixed(Math.min(12, zeros + (temperature >= 100 ? 5 : temperature >= 10 ? 4 : 3)));
};

export const className = (name: string) => strings.value.classes[name] ?? name.replaceAll('_', ' ');

/** The ticks of an axis with `digits` decimals, or as many more as neighbors need to differ. */
export const tickTexts = (ticks: number[], digits: number) => {
  const step = Math.min(...ticks.slice(1).map((tick, i) => Math.abs(tick - ticks[i]!)));
  const needed = Number.isFinite(step) && step > 0 ? Math.ceil(-Math.log10(step) - 1e-9) : 0;
  return ticks.map((tick) => tick.toFixed(Math.min(10, Math.max(digits, needed))));
};
