import { readFileSync } from 'node:fs';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import type { Stacks } from '../../lib/create-stacks.ts';
import { stacksOf } from './new-app.ts';

const templatesOf = (context: Record<string, unknown>) =>
  Object.entries(stacksOf({ target: 'aws', gpu: 'true', ...context })).flatMap(([name, stack]) =>
    stack === undefined ? [] : [[name, Template.fromStack(stack).toJSON()] as const],
  );

/** What a stack that is there takes from others. */
function importsOf(name: keyof Stacks): string[] {
  const template = new Map(templatesOf({})).get(name);
  return [...JSON.stringify(template).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, of = '']) => of);
}

const exportsOf = (context: Record<string, unknown>) =>
  new Set(
    templatesOf(context).flatMap(([, { Outputs = {} }]) =>
      Object.values(Outputs as Record<string, { Export?: { Name: string } }>).map(
        (each) => each.Export?.Name,
      ),
    ),
  );

/** CloudFormation keeps what another stack still takes: a deploy that would take it back fails. */
const missing = (name: keyof Stacks, context: Record<string, unknown>) => {
  const left = exportsOf(context);
  return importsOf(name).filter((each) => !left.has(each));
};

it.each([
  ['gpu', { gpu: 'false' }],
  ['realtime', { realtime: 'false' }],
] as const)('%s is left out by one deploy, and its stack removed after it', (name, context) => {
  expect(importsOf(name).length).toBeGreaterThan(3);
  expect(missing(name, context)).toEqual([]);
});

it('the console takes from the pipeline what a deploy without it would take back: docs/deploy.md has it removed first', () => {
  expect(missing('console', { console: 'false' })).toContainEqual(expect.stringContaining('OriginSecret'));
  expect(readFileSync('docs/deploy.md', 'utf8')).toContain('npx cdk destroy SegmentryConsole');
});
