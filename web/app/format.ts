import type { SegmentryError } from '../../client/index.ts';

const locale = navigator.language;
const number = new Intl.NumberFormat(locale);
const precise = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });

export const formatCount = (value: number) => number.format(value);
export const formatCredits = (value: number) => precise.format(value);
export const formatChange = (value: number) =>
  value > 0 ? `+${formatCredits(value)}` : formatCredits(value);
export const formatPercent = (share: number, digits = 0) => `${(share * 100).toFixed(digits)} %`;
export const formatExact = (iso: string) => exact.format(new Date(iso));

/** `1:05`, or `1:02:05` from an hour on. */
export function formatClock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

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
  if (!(error instanceof Error)) return 'Something failed. Try again.';
  const { code, status = 0 } = error as Partial<SegmentryError>;
  if (code === 'network_failed') return "The service can't be reached. Check your network, then try again.";
  // Something on the way has answered, in words of its own or in none.
  if (code === 'http_error' && status >= 500)
    return `The service has a fault at the moment (${status}). Try again in a minute.`;
  return error.message;
}
