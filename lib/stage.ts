import type { App } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { dev } from '../stages/dev.ts';
import { local } from '../stages/local.ts';
import { prod } from '../stages/prod.ts';
import { checkSettingNames } from './setting-names.ts';
import type { Stage } from './stage-settings.ts';
import { readTarget } from './target.ts';

const STAGES: Record<string, Stage> = { prod, dev, local };

/**
 * Makes the settings of `-c stage=…` those of the app; what is given with `-c` itself goes before them.
 * @throws where there is no such stage, or no such setting.
 */
export function applyStage(app: App): void {
  checkSettingNames(app);
  const preset = readTarget(app) === 'aws' ? 'prod' : 'local';
  const name = String(app.node.tryGetContext('stage') ?? preset);
  const stage = Object.hasOwn(STAGES, name) ? STAGES[name] : undefined;
  if (stage === undefined) {
    throw new Error(
      `There is no stage "${name}". Use -c stage= with one of: ${Object.keys(STAGES).join(', ')}.`,
    );
  }
  for (const [setting, value] of Object.entries(stage)) {
    if (app.node.tryGetContext(setting) === undefined) app.node.setContext(setting, value);
  }
}

const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,99}$/;

/** @throws where stacks can't be named like that. */
export function readStackPrefix(scope: Construct): string {
  const prefix = String(scope.node.tryGetContext('stackPrefix') ?? 'Segmentry');
  if (STACK_NAME.test(prefix)) return prefix;
  throw new Error(
    `The setting stackPrefix must be letters, digits and hyphens and begin with a letter, not "${prefix}".`,
  );
}
