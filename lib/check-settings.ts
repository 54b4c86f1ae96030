import type { Settings } from './default-settings.ts';

const LAMBDA_LIMIT_SECONDS = 900;
const LAMBDA_LIMIT_MB = 10_240;
const SQS_LIMIT_SECONDS = 43_200;
/** What a presigned form, and one copy, may bring. */
const S3_FORM_LIMIT_BYTES = 5 * 1024 ** 3;
/** Files of a function. */
const LAMBDA_DISK_MB = 512;
const DAY_SECONDS = 86_400;
/** As AWS advises for a queue that feeds a function: throttled and failed tries must fit in. */
const TIMEOUTS_HIDDEN = 6;
/** What the check of a model takes besides the trial: the weights, and the function that looks after it. */
export const BESIDES_THE_TRIAL_MB = 1000;

/** What a new table takes in a second as it is. */
const COLD_UNITS = { warmReadUnits: 12_000, warmWriteUnits: 4_000 } as const;

/** Each worker's time-out, and how long its messages are hidden. */
const HIDDEN = [
  ['analysisTimeoutSeconds', 'analysisVisibilitySeconds'],
  ['ingestTimeoutSeconds', 'ingestVisibilitySeconds'],
  ['batchTimeoutSeconds', 'batchVisibilitySeconds'],
  ['segmentTimeoutSeconds', 'segmentVisibilitySeconds'],
  ['modelCheckTimeoutSeconds', 'modelCheckVisibilitySeconds'],
] as const;

/** @throws where settings do not go with each other or with what AWS allows, naming all of them. */
export function checkSettings(settings: Settings, { patient }: { readonly patient: boolean }): void {
  const faults = [
    ...faultsOfTimes(settings, patient),
    ...faultsOfSizes(settings),
    ...faultsOfUploads(settings),
    ...faultsOfModels(settings),
    ...faultsOfGpu(settings),
  ];
  if (faults.length > 0) throw new Error(`The settings do not go together. ${faults.join(' ')}`);
}

function* faultsOfTimes(settings: Settings, patient: boolean): Generator<string> {
  for (const [timeout, visibility] of HIDDEN) {
    if (settings[timeout] < 1 || settings[timeout] > LAMBDA_LIMIT_SECONDS) {
      yield `${timeout} must be 1 to ${LAMBDA_LIMIT_SECONDS}, as Lambda allows.`;
    }
    const least = TIMEOUTS_HIDDEN * settings[timeout];
    if (patient && (settings[visibility] < least || settings[visibility] > SQS_LIMIT_SECONDS)) {
      yield `${visibility} must be six times ${timeout} or more, ${least} to ${SQS_LIMIT_SECONDS}.`;
    }
  }
  if (settings.modelTrialSeconds >= settings.modelCheckTimeoutSeconds) {
    yield 'modelTrialSeconds must be less than modelCheckTimeoutSeconds, which also copies the weights.';
  }
}

function* faultsOfSizes(settings: Settings): Generator<string> {
  for (const [name, least] of Object.entries(COLD_UNITS)) {
    const units = settings[name as keyof typeof COLD_UNITS];
    if (units !== 0 && units < least) yield `${name} must be 0, or ${least} or more, which a new table has.`;
  }
  if (settings.maxReceives < 1 || settings.maxReceives > 1000) yield 'maxReceives must be 1 to 1000.';
  for (const name of ['analysisConcurrency', 'deliveryConcurrency'] as const) {
    if (settings[name] < 2 || settings[name] > 1000) yield `${name} must be 2 to 1000, as SQS allows.`;
  }
}

function* faultsOfUploads(settings: Settings): Generator<string> {
  const { uploadRetentionDays, uploadExpirySeconds } = settings;
  if (uploadRetentionDays < 1) yield 'uploadRetentionDays must be 1 or more, as S3 counts days.';
  const kept = Math.max(1, uploadRetentionDays) * DAY_SECONDS;
  if (uploadExpirySeconds < 1 || uploadExpirySeconds > kept) {
    yield `uploadExpirySeconds must be 1 to ${kept}: what comes later would be removed before it is taken in (uploadRetentionDays).`;
  }
  for (const name of ['imageLimitBytes', 'zipLimitBytes', 'videoLimitBytes', 'modelLimitBytes'] as const) {
    if (settings[name] < 1 || settings[name] > S3_FORM_LIMIT_BYTES) {
      yield `${name} must be 1 to ${S3_FORM_LIMIT_BYTES}, as S3 takes by a form.`;
    }
  }
}

function* faultsOfModels(settings: Settings): Generator<string> {
  const { analysisMemoryMb, modelMemoryMb, modelCacheMb, modelTrialMb } = settings;
  if (analysisMemoryMb < 1024 || analysisMemoryMb > LAMBDA_LIMIT_MB) {
    yield `analysisMemoryMb must be 1024 to ${LAMBDA_LIMIT_MB}, as Lambda allows.`;
  }
  if (modelMemoryMb >= analysisMemoryMb) {
    yield `modelMemoryMb must be less than analysisMemoryMb, ${analysisMemoryMb}, which also holds the image.`;
  }
  if (modelCacheMb >= LAMBDA_DISK_MB) {
    yield `modelCacheMb must be less than ${LAMBDA_DISK_MB}, the disk of a function.`;
  }
  if (modelTrialMb + BESIDES_THE_TRIAL_MB > LAMBDA_LIMIT_MB) {
    yield `modelTrialMb must be at most ${LAMBDA_LIMIT_MB - BESIDES_THE_TRIAL_MB}.`;
  }
}

/** What a setting of GPU tasks may be: steps of a scaling policy, what memory and queues allow. */
const GPU_LIMITS = {
  gpuMaxTasks: [1, 20],
  gpuMessagesPerTask: [1, 1_000_000],
  gpuIdleMinutes: [1, 60],
  gpuLeaseSeconds: [15, 600],
  gpuBatchSize: [1, 64],
  gpuBatchWaitMs: [0, 1000],
  gpuProcesses: [1, 8],
  gpuModelMemoryMb: [500, 10_000],
} as const satisfies Partial<Record<keyof Settings, readonly [number, number]>>;

function* faultsOfGpu(settings: Settings): Generator<string> {
  for (const [name, [least, most]] of Object.entries(GPU_LIMITS)) {
    const value = settings[name as keyof typeof GPU_LIMITS];
    if (value < least || value > most) yield `${name} must be ${least} to ${most}.`;
  }
  if (settings.gpuOnDemandTasks > settings.gpuMaxTasks) {
    yield `gpuOnDemandTasks must be at most gpuMaxTasks, ${settings.gpuMaxTasks}.`;
  }
}
