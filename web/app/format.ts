const locale = navigator.language;
const number = new Intl.NumberFormat(locale);
const precise = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });

export const formatCount = (value: number) => number.format(value);
export const formatCredits = (value: number) => precise.format(value);
export const formatPercent = (share: number, digits = 0) => `${(share * 100).toFixed(digits)} %`;
export const formatExact = (iso: string) => exact.format(new Date(iso));

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

export function formatRelative(iso: string, now = Date.now()): string {
  const seconds = Math.round((new Date(iso).getTime() - now) / 1000);
  if (Math.abs(seconds) < 45) return 'just now';
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size || unit === 'minute')
      return relative.format(Math.round(seconds / size), unit);
  }
  return exact.format(new Date(iso));
}

export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Three figures are as many as a mask is good for. */
const threeFigures = new Intl.NumberFormat(locale, {
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
});

export const formatSquareCm = (cm2: number) =>
  `${cm2 < 100 ? threeFigures.format(cm2) : number.format(Math.round(cm2))} cm²`;

/** What went wrong, in the product's own words. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something failed. Try again.';
}
