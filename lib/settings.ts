import type { Construct } from 'constructs';
import { checkSettings } from './check-settings.ts';
import { DEFAULTS, type Settings } from './default-settings.ts';
import { differencesOf, readTarget } from './target.ts';

export type { Settings } from './default-settings.ts';

/**
 * What the operator has set, what the target differs in, the defaults: the first that there is.
 * @throws where a setting is not a whole number or not a list of them, or does not go with another.
 */
export function readSettings(scope: Construct): Settings {
  const target = differencesOf(readTarget(scope));
  const read = ([name, preset]: [string, Setting]): [string, Setting] => {
    const given: unknown = scope.node.tryGetContext(name);
    if (given === undefined) return [name, preset];
    return [name, typeof preset === 'number' ? readNumber(name, given) : readList(name, given)];
  };
  const presets = Object.entries({ ...DEFAULTS, ...target.workers });
  const settings = Object.fromEntries(presets.map(read)) as Settings;
  checkSettings(settings, target);
  return settings;
}

type Setting = number | readonly number[];

function readNumber(name: string, given: unknown): number {
  const value = toNumber(given);
  if (!isCount(value)) {
    throw new Error(`The setting ${name} must be a whole number, not "${String(given)}".`);
  }
  return value;
}

/** `1,2,3` */
function readList(name: string, given: unknown): readonly number[] {
  const values = String(given).split(',').map(toNumber);
  if (!values.every(isCount)) {
    throw new Error(`The setting ${name} must be whole numbers separated by commas, not "${String(given)}".`);
  }
  return values;
}

/** To JavaScript, nothing is 0. */
const toNumber = (given: unknown) => (String(given).trim() === '' ? Number.NaN : Number(given));
const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;

/** How large uploads may be, as functions are told. */
export const sizeLimits = (settings: Settings) => ({
  IMAGE_LIMIT_BYTES: String(settings.imageLimitBytes),
  ZIP_LIMIT_BYTES: String(settings.zipLimitBytes),
  VIDEO_LIMIT_BYTES: String(settings.videoLimitBytes),
});

/** How much one user may ask for, as functions are told. */
export const quotas = (settings: Settings) => ({
  REQUESTS_PER_MINUTE: String(settings.requestsPerMinute),
  OPEN_JOB_LIMIT: String(settings.openJobLimit),
});

/** How videos are limited and divided, as functions are told. */
export const videoLimits = (settings: Settings) => ({
  VIDEO_LIMIT_PIXELS: String(settings.videoLimitPixels),
  VIDEO_LIMIT_SECONDS: String(settings.videoLimitSeconds),
  VIDEO_LIMIT_DECODED_PIXELS: String(settings.videoLimitDecodedPixels),
  VIDEO_LIMIT_FRAMES: String(settings.videoLimitFrames),
  VIDEO_SEGMENT_FRAMES: String(settings.videoSegmentFrames),
});
