import type { Construct } from 'constructs';

/** What an operator may set with `-c name=value`; times in seconds, sizes in bytes. */
const DEFAULTS = {
  /** How long one analysis may take. */
  analysisTimeoutSeconds: 120,
  /** How long a message stays hidden while it is worked on; six time-outs, as AWS advises. */
  analysisVisibilitySeconds: 720,
  ingestTimeoutSeconds: 120,
  ingestVisibilitySeconds: 720,
  /** How long a hundred jobs of a batch, or an export, may take. */
  batchTimeoutSeconds: 120,
  batchVisibilitySeconds: 720,
  /** Requests that one user may send in a minute. */
  requestsPerMinute: 1200,
  /** Jobs that one user may have queued or running. */
  openJobLimit: 10_000,
  /** Deliveries after which a message goes to the dead letters. */
  maxReceives: 3,
  imageLimitBytes: 50_000_000,
  zipLimitBytes: 5_000_000_000,
  zipLimitEntries: 10_000,
  videoLimitBytes: 2_000_000_000,
  modelLimitBytes: 400_000_000,
  /** What a model that is added may take in its trial run. */
  modelTrialSeconds: 60,
  modelTrialMb: 2500,
  /** How long the check of a model may take, its trial run and the copying included. */
  modelCheckTimeoutSeconds: 150,
  modelCheckVisibilitySeconds: 900,
  /** What loaded models of a worker may take together; those used longest ago are let go. */
  modelMemoryMb: 1500,
  /** Weights that a worker keeps on its disk. */
  modelCacheMb: 400,
  /** Width times height of a video: 4K is taken, 8K is not. */
  videoLimitPixels: 9_500_000,
  videoLimitSeconds: 3600,
  /** Frames that are analysed of one video at most. */
  videoLimitFrames: 10_000,
  /** Frames that one worker analyses at a time. */
  videoSegmentFrames: 60,
  /** How long one segment may take; six time-outs hide its message. */
  segmentTimeoutSeconds: 600,
  segmentVisibilitySeconds: 3600,
  /** How long a video's job may go without another of its segments before it is tried again. */
  videoLeaseSeconds: 7200,
  /** Width times height; more is refused before decoding. */
  imageLimitPixels: 50_000_000,
  /** How long a presigned form can be used. */
  uploadExpirySeconds: 3600,
  /** Days after which images are forgotten with their results, where an upload says nothing else; 0 keeps them. */
  retentionDays: 0,
  /** Days after which a file under uploads/ that nobody took in is removed. */
  uploadRetentionDays: 1,
  /** How long a webhook may take to answer. */
  webhookTimeoutSeconds: 15,
  /** How long before each attempt of a delivery: at once, then 5 s, 5 min, 30 min, 2 h, 5 h and 10 h later. */
  webhookScheduleSeconds: [0, 5, 300, 1800, 7200, 18_000, 36_000] as readonly number[],
  /** Days of failing after which a webhook is disabled. */
  webhookGiveUpDays: 5,
};

export type Settings = Readonly<typeof DEFAULTS>;

/** @throws where a setting is not a whole number, or not a list of them. */
export function readSettings(scope: Construct): Settings {
  const read = ([name, preset]: [string, Setting]): [string, Setting] => {
    const given: unknown = scope.node.tryGetContext(name);
    if (given === undefined) return [name, preset];
    return [name, typeof preset === 'number' ? readNumber(name, given) : readList(name, given)];
  };
  return Object.fromEntries(Object.entries(DEFAULTS).map(read)) as Settings;
}

type Setting = number | readonly number[];

function readNumber(name: string, given: unknown): number {
  const value = Number(given);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new Error(`The setting ${name} must be a whole number, not "${String(given)}".`);
  }
  return value;
}

/** `1,2,3` */
function readList(name: string, given: unknown): readonly number[] {
  const values = String(given).split(',').map(Number);
  if (!values.every((value) => Number.isSafeInteger(value) && value >= 0)) {
    throw new Error(`The setting ${name} must be whole numbers with commas between, not "${String(given)}".`);
  }
  return values;
}

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
  VIDEO_LIMIT_FRAMES: String(settings.videoLimitFrames),
  VIDEO_SEGMENT_FRAMES: String(settings.videoSegmentFrames),
});
