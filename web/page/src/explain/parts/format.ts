const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A number for people: 0.0123, −4.57, 2.1 × 10⁻⁵. */
export function num(x: number, digits = 3): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'NaN' : x > 0 ? '∞' : '−∞';
  if (x === 0) return '0';
  const size = Math.abs(x);
  if (size >= 1e-3 && size < 1e5) return signed(trimmed(x.toPrecision(digits)));
  const [mantissa = '', exponent = ''] = x.toExponential(digits - 1).split('e');
  return `${signed(trimmed(mantissa))} × 10${raised(Number(exponent))}`;
}

/** A fixed number of decimals: scores near 0.1 differ in the fourth. */
export function fixed(x: number, decimals: number): string {
  return signed(x.toFixed(decimals));
}

function trimmed(text: string): string {
  const plain = text.includes('e') ? String(Number(text)) : text;
  return plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain;
}

function signed(text: string): string {
  return text.replace('-', '−');
}

function raised(n: number): string {
  const digits = [...String(Math.abs(n))].map((d) => superscripts[Number(d)]).join('');
  return n < 0 ? `⁻${digits}` : digits;
}
