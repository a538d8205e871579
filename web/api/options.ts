// Options that nobody knows are mistakes of spelling, and would do nothing.

/** Throws for a key that is none of `known`; `what` takes them. */
export function refuseOthers(what: string, options: unknown, known: readonly string[]): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new Error(
      `${what}: expected an object of options (${known.join(', ')}), got ${shown(options)}`,
    );
  for (const key of Object.keys(options))
    if (!known.includes(key))
      throw new Error(`${what}: there is no option '${key}'; expected ${known.join(', ')}`);
}

/** A value for a message. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : (value.constructor?.name ?? 'an object');
}
