import type { App } from 'aws-cdk-lib';
import { CREDIT_DEFAULTS, type CreditSettings } from './credits.ts';
import { DEFAULTS, type Settings } from './default-settings.ts';
import { HOSTING_NAMES, type Hosting } from './hosting.ts';
import type { Stage } from './stage-settings.ts';

type OfStages = Exclude<keyof Stage, keyof Settings | keyof CreditSettings | keyof Hosting>;

/** What a stage says besides; a new setting that is missing here is an error of types. */
const OF_STAGES: Record<OfStages, true> = {
  stackPrefix: true,
  alarmEmail: true,
  registration: true,
  trustedIssuers: true,
  realtime: true,
  gpu: true,
  console: true,
  corsOrigins: true,
  arch: true,
};

/** Not of a stage, and said by `-c` only. */
const OF_COMMANDS = [
  ...['target', 'stage', 'registrationsPerHour', 'imagesLockFile', 'ffmpegPath', 'ffprobePath'],
  ...['baseImage', 'ffmpegImage', 'nodeImage', 'cudaImage'],
];

const NAMES = new Set([
  ...Object.keys({ ...DEFAULTS, ...CREDIT_DEFAULTS, ...OF_STAGES }),
  ...HOSTING_NAMES,
  ...OF_COMMANDS,
]);

/** Context of CDK itself has other signs in its names. */
const OUR_FORM = /^[A-Za-z]\w*$/;

/** @throws where `-c` names what is no setting: mistyped, it would be forgotten without a word. */
export function checkSettingNames(app: App): void {
  const unknown = Object.keys(app.node.getAllContext()).filter(
    (name) => OUR_FORM.test(name) && !NAMES.has(name),
  );
  if (unknown.length === 0) return;
  throw new Error(
    `There is no setting ${unknown.join(', ')}: docs/operations.md lists those that there are.`,
  );
}
