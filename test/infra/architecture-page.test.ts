import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeOf, readPage, tableOf } from '../helpers/read-page.ts';
import { stacksOf } from './new-app.ts';

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
}

let templates: Template[];
beforeAll(() => {
  const stacks: Stack[] = Object.values(stacksOf({ target: 'aws' })).filter((stack) => stack !== undefined);
  templates = stacks.map((stack) => Template.fromStack(stack));
});

/** Resources of all stacks, by their logical ids. */
const findResources = (type: string): ReturnType<Template['findResources']> =>
  Object.assign({}, ...templates.map((template) => template.findResources(type)));

/** `AnalyzeImageFunction12345678` is `analyze-image`. */
const nameOf = (logicalId: string) =>
  logicalId
    .replace(/Function.*$/, '')
    .replace(/(?!^)([A-Z])/g, '-$1')
    .toLowerCase();

const refersTo = (value: unknown, logicalId: string) => JSON.stringify(value)?.includes(`"${logicalId}"`);

const statementsOf = (role: string): Statement[] =>
  Object.values(findResources('AWS::IAM::Policy'))
    .filter((policy) => refersTo(policy.Properties.Roles, role))
    .flatMap((policy) => policy.Properties.PolicyDocument.Statement);

function sendersTo(queueId: string): string[] {
  const functions = Object.entries(findResources('AWS::Lambda::Function')).filter(([, { Properties }]) =>
    statementsOf(Properties.Role['Fn::GetAtt'][0]).some(
      ({ Action, Resource }) => [Action].flat().includes('sqs:SendMessage') && refersTo(Resource, queueId),
    ),
  );
  const buckets = Object.values(findResources('Custom::S3BucketNotifications'));
  const notifications = buckets.flatMap(
    ({ Properties }) => Properties.NotificationConfiguration.QueueConfigurations,
  );
  const prefixes = notifications
    .filter(({ QueueArn }) => refersTo(QueueArn, queueId))
    .map(({ Filter }) => Filter.Key.FilterRules[0].Value as string);
  const topics = Object.values(findResources('AWS::SNS::Subscription')).filter(({ Properties }) =>
    refersTo(Properties.Endpoint, queueId),
  );
  return [...functions.map(([id]) => nameOf(id)), ...prefixes, ...topics.map(() => 'SNS')].sort();
}

const workersOf = (isSource: (source: unknown) => boolean | undefined): string[] => {
  const mappings = Object.values(findResources('AWS::Lambda::EventSourceMapping'));
  return mappings
    .filter(({ Properties }) => isSource(Properties.EventSourceArn))
    .map(({ Properties }) => nameOf(Properties.FunctionName.Ref));
};

describe('the page on the architecture', () => {
  const page = readPage('architecture.md');

  it('tells who sends to each queue and who works on it', () => {
    const queues = Object.entries(findResources('AWS::SQS::Queue')).filter(
      ([, { Properties }]) => Properties.RedrivePolicy !== undefined,
    );
    const told = tableOf(page, 'queue', 'messages come from', 'worker').map(
      ([queue, senders = '', worker]) => {
        const [name = ''] = codeOf(queue);
        const sns = senders.startsWith('SNS') ? ['SNS'] : [];
        const [id = ''] = queues.find(([each]) => new RegExp(`(^|[a-z])${name}Queue`).test(each)) ?? [];
        return { id, senders: [...codeOf(senders), ...sns].sort(), workers: codeOf(worker) };
      },
    );
    const deployed = queues.map(([id]) => ({
      id,
      senders: sendersTo(id),
      workers: workersOf((source) => refersTo(source, id)),
    }));
    const byId = (one: { id: string }, other: { id: string }) => one.id.localeCompare(other.id);
    expect(told.sort(byId)).toEqual(deployed.sort(byId));
  });

  it('names the readers of the stream', () => {
    const [, sentence = ''] = /stream has two readers: ([^.]+)\./.exec(page) ?? [];
    const readers = workersOf((source) => JSON.stringify(source).includes('StreamArn'));
    expect(codeOf(sentence).sort()).toEqual(readers.sort());
  });
});

describe('the page on the data model', () => {
  const rows = tableOf(readPage('data-model.md'), 'prefix', 'what', 'how long');

  it('lists each folder of the bucket that a function may use', () => {
    const used = JSON.stringify(findResources('AWS::IAM::Policy')).matchAll(
      // The table's indexes have such ARNs too.
      /"\/(?!index)([a-z-]+\/)\*"/g,
    );
    const folders = new Set([...used].map(([, folder]) => folder));
    expect(rows.flatMap(([prefix]) => codeOf(prefix)).sort()).toEqual([...folders].sort());
  });

  it('tells how long S3 keeps what it removes by itself', () => {
    const rules: { Prefix?: string; ExpirationInDays?: number }[] = Object.values(
      findResources('AWS::S3::Bucket'),
    ).flatMap(({ Properties }) => Properties.LifecycleConfiguration?.Rules ?? []);
    const expected = rules.flatMap(({ Prefix, ExpirationInDays: days }) =>
      Prefix === undefined ? [] : [[Prefix, `${days} day`]],
    );
    const told = rows.flatMap(([prefix, , duration = '']) =>
      /^\d/.test(duration) ? [[codeOf(prefix)[0], duration.replace(/ \(.*/, '')]] : [],
    );
    expect(told.sort()).toEqual(expected.sort());
  });
});
