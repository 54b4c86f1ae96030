import type { Settings } from './default-settings.ts';

const LAMBDA_LIMIT_SECONDS = 900;
const LAMBDA_LIMIT_MB = 10_240;
const SQS_LIMIT_SECONDS = 43_200;
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
  const faults = [...faultsOfTimes(settings, patient), ...faultsOfSizes(settings)];
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
  if (settings.uploadRetentionDays < 1) yield 'uploadRetentionDays must be 1 or more, as S3 counts days.';
  for (const [name, least] of Object.entries(COLD_UNITS)) {
    const units = settings[name as keyof typeof COLD_UNITS];
    if (units !== 0 && units < least) yield `${name} must be 0, or ${least} or more, which a new table has.`;
  }
  if (settings.maxReceives < 1 || settings.maxReceives > 1000) yield 'maxReceives must be 1 to 1000.';
  for (const name of ['analysisConcurrency', 'deliveryConcurrency'] as const) {
    if (settings[name] < 2 || settings[name] > 1000) yield `${name} must be 2 to 1000, as SQS allows.`;
  }
  if (settings.analysisMemoryMb < 1024 || settings.analysisMemoryMb > LAMBDA_LIMIT_MB) {
    yield `analysisMemoryMb must be 1024 to ${LAMBDA_LIMIT_MB}, as Lambda allows.`;
  }
  if (settings.modelTrialMb + BESIDES_THE_TRIAL_MB > LAMBDA_LIMIT_MB) {
    yield `modelTrialMb must be at most ${LAMBDA_LIMIT_MB - BESIDES_THE_TRIAL_MB}.`;
  }
}
