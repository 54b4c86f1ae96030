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
/** What calling a webhook takes besides waiting for its answer. */
export const BESIDES_THE_CALL_SECONDS = 15;

/** What a new table takes in a second as it is. */
const COLD_UNITS = { warmReadUnits: 12_000, warmWriteUnits: 4_000 } as const;

type NumberName = { [Name in keyof Settings]: Settings[Name] extends number ? Name : never }[keyof Settings];

/** Each worker's time-out, and how long its messages are hidden. */
const HIDDEN = [
  ['analysisTimeoutSeconds', 'analysisVisibilitySeconds'],
  ['ingestTimeoutSeconds', 'ingestVisibilitySeconds'],
  ['batchTimeoutSeconds', 'batchVisibilitySeconds'],
  ['segmentTimeoutSeconds', 'segmentVisibilitySeconds'],
  ['modelCheckTimeoutSeconds', 'modelCheckVisibilitySeconds'],
] as const;

type Range = readonly [least: number, most: number, why?: string];

const OF_LAMBDA: Range = [1, LAMBDA_LIMIT_SECONDS, 'as Lambda allows'];
const OF_SQS: Range = [2, 1000, 'as SQS allows'];
const OF_FORMS: Range = [1, S3_FORM_LIMIT_BYTES, 'as S3 takes by a form'];
const ANY: Range = [0, Number.POSITIVE_INFINITY];
/** Functions refuse to start with a limit or a time of 0. */
const SOME: Range = [1, Number.POSITIVE_INFINITY];

/** What a number may be by itself, where that is not all from 1: 0 only where it has a meaning. */
const RANGES: Partial<Record<NumberName, Range>> = {
  apiConcurrency: ANY,
  apiProvisionedConcurrency: ANY,
  firewallRequests: ANY,
  warmReadUnits: ANY,
  warmWriteUnits: ANY,
  retentionDays: ANY,
  gpuOnDemandTasks: ANY,
  ...Object.fromEntries(HIDDEN.map(([timeout]) => [timeout, OF_LAMBDA])),
  webhookTimeoutSeconds: [1, LAMBDA_LIMIT_SECONDS - BESIDES_THE_CALL_SECONDS, 'as Lambda allows'],
  analysisConcurrency: OF_SQS,
  deliveryConcurrency: OF_SQS,
  maxReceives: [1, 1000, 'as SQS allows'],
  imageLimitBytes: OF_FORMS,
  zipLimitBytes: OF_FORMS,
  videoLimitBytes: OF_FORMS,
  modelLimitBytes: [1, LAMBDA_DISK_MB * 1_000_000, 'as the disk of the function holds that checks it'],
  modelCacheMb: [1, LAMBDA_DISK_MB - 1, 'as the disk of a function holds'],
  modelTrialMb: [1, LAMBDA_LIMIT_MB - BESIDES_THE_TRIAL_MB, 'as Lambda allows'],
  analysisMemoryMb: [1024, LAMBDA_LIMIT_MB, 'as Lambda allows'],
  // Steps of a scaling policy, what memory and queues allow.
  gpuMaxTasks: [1, 20],
  gpuMessagesPerTask: [1, 1_000_000],
  gpuIdleMinutes: [1, 60],
  gpuLeaseSeconds: [15, 600],
  gpuBatchSize: [1, 64],
  gpuBatchWaitMs: [0, 1000],
  gpuProcesses: [1, 8],
  gpuModelMemoryMb: [500, 10_000],
};

/** @throws where settings do not go with each other or with what AWS allows, naming all of them. */
export function checkSettings(settings: Settings, { patient }: { readonly patient: boolean }): void {
  const faults = [
    ...faultsOfRanges(settings),
    ...faultsOfTimes(settings, patient),
    ...faultsOfUnits(settings),
    ...faultsOfModels(settings),
    ...faultsOfGpu(settings),
  ];
  if (faults.length > 0) throw new Error(`The settings do not go together. ${faults.join(' ')}`);
}

function* faultsOfRanges(settings: Settings): Generator<string> {
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value !== 'number') continue;
    const [least, most, why] = RANGES[name as NumberName] ?? SOME;
    if (value >= least && value <= most) continue;
    const range = most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} to ${most}`;
    yield `${name} must be ${range}${why === undefined ? '' : `, ${why}`}.`;
  }
}

function* faultsOfTimes(settings: Settings, patient: boolean): Generator<string> {
  for (const [timeout, visibility] of HIDDEN) {
    const least = TIMEOUTS_HIDDEN * settings[timeout];
    if (patient && (settings[visibility] < least || settings[visibility] > SQS_LIMIT_SECONDS)) {
      yield `${visibility} must be six times ${timeout} or more, ${least} to ${SQS_LIMIT_SECONDS}.`;
    }
  }
  if (settings.modelTrialSeconds >= settings.modelCheckTimeoutSeconds) {
    yield 'modelTrialSeconds must be less than modelCheckTimeoutSeconds, which also copies the weights.';
  }
  const leastLease = settings.segmentVisibilitySeconds + settings.segmentTimeoutSeconds;
  if (settings.videoLeaseSeconds < leastLease) {
    yield `videoLeaseSeconds must be ${leastLease} or more: a segment whose worker died is hidden for segmentVisibilitySeconds, and then takes up to segmentTimeoutSeconds.`;
  }
  const kept = settings.uploadRetentionDays * DAY_SECONDS;
  if (settings.uploadExpirySeconds > kept && kept > 0) {
    yield `uploadExpirySeconds must be 1 to ${kept}: what comes later would be removed before it is taken in (uploadRetentionDays).`;
  }
}

function* faultsOfUnits(settings: Settings): Generator<string> {
  for (const [name, least] of Object.entries(COLD_UNITS)) {
    const units = settings[name as keyof typeof COLD_UNITS];
    if (units !== 0 && units < least) yield `${name} must be 0, or ${least} or more, which a new table has.`;
  }
}

function* faultsOfModels({ analysisMemoryMb, modelMemoryMb }: Settings): Generator<string> {
  if (modelMemoryMb >= analysisMemoryMb) {
    yield `modelMemoryMb must be less than analysisMemoryMb, ${analysisMemoryMb}, which also holds the image.`;
  }
}

function* faultsOfGpu({ gpuOnDemandTasks, gpuMaxTasks }: Settings): Generator<string> {
  if (gpuOnDemandTasks > gpuMaxTasks) {
    yield `gpuOnDemandTasks must be at most gpuMaxTasks, ${gpuMaxTasks}.`;
  }
}
