/**
 * A value of JSON whose texts can be written down: JSON can name half a character (`"\ud83d"`), which UTF-8 has no bytes
 * for. It becomes U+FFFD, as bytes do that are no UTF-8.
 */
export function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, wellFormed(each)]));
}
