import { readFileSync } from 'node:fs';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { readCreditSettings } from '../../lib/credits.ts';
import { readSettings } from '../../lib/settings.ts';
import { newApp, stacksOf } from './new-app.ts';

const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const app = newApp({ target: 'aws' });

it('tells what to do about every alarm, and of no other', () => {
  const alarms = Object.values(stacksOf({ target: 'aws', gpu: 'true' })).flatMap((stack: Stack) =>
    Object.keys(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'))
      // Others scale, and tell nobody.
      .filter((id) => id.startsWith('Alarms'))
      .map((id) => id.replace(/^Alarms/, '').slice(0, -'12345678'.length)),
  );
  const [, table = ''] = /\n\| alarm \|.*\n\| ---.*\n((?:\|.*\n)+)/.exec(page) ?? [];
  const told = table.split('\n').flatMap((row) => (row.split('|')[1] ?? '').match(/\w+/g) ?? []);
  expect(told.sort()).toEqual(alarms.sort());
});

it('names every setting with its default', () => {
  const settings = { ...readSettings(app), ...readCreditSettings(app) };
  const missing = Object.entries(settings).filter(
    ([name, preset]) => !page.includes(`| \`${name}\` | ${String(preset)} |`),
  );
  expect(missing).toEqual([]);
});
