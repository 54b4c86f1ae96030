import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { baseImagesOf } from '../../lib/base-images.ts';
import { ACCOUNT_INDEX_KEYS, ACCOUNT_KEYS } from '../../lib/constructs/account-keys.ts';
import { newApp, stacksOf } from './new-app.ts';

const { pipeline, realtime } = stacksOf({ target: 'aws' });
const templates = [pipeline, realtime].flatMap((stack) =>
  stack === undefined ? [] : [Template.fromStack(stack)],
);

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Condition?: { 'ForAnyValue:StringLike'?: { 'dynamodb:LeadingKeys'?: string | string[] } };
}

/** What is denied of accounts, by function. */
const denied = Object.fromEntries(
  templates.flatMap((template) =>
    Object.entries(template.findResources('AWS::Lambda::Function')).map(([id, fn]) => {
      const role = fn.Properties.Role['Fn::GetAtt'][0];
      const statements: Statement[] = Object.values(template.findResources('AWS::IAM::Policy'))
        .filter((policy) => policy.Properties.Roles.some((each: { Ref: string }) => each.Ref === role))
        .flatMap((policy) => policy.Properties.PolicyDocument.Statement);
      const usesTable =
        JSON.stringify(statements).includes('dynamodb:GetItem') ||
        JSON.stringify(statements).includes('dynamodb:DeleteItem');
      const ofAccounts = statements.filter(
        (each) =>
          each.Effect === 'Deny' &&
          JSON.stringify(each.Condition?.['ForAnyValue:StringLike']?.['dynamodb:LeadingKeys']) ===
            JSON.stringify(ACCOUNT_KEYS),
      );
      const actions = ofAccounts
        .flatMap(({ Action }) => Action)
        .map((action) => action.replace('dynamodb:', ''));
      return [id.replace(/Function.*$/, ''), usesTable ? actions.sort() : undefined] as const;
    }),
  ),
);

const ALL = [
  ...['BatchGetItem', 'BatchWriteItem', 'ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem'],
  ...['Query', 'UpdateItem'],
];

describe('accounts are kept from', () => {
  it.each(Object.keys(denied).filter((name) => denied[name] !== undefined))('%s as it must be', (name) => {
    if (['Api', 'EraseUser'].includes(name)) expect(denied[name]).toEqual([]);
    else if (['UploadImage', 'DrawOverlay', 'ServeConnection'].includes(name)) {
      expect(denied[name]).toEqual(['BatchWriteItem', 'DeleteItem', 'PutItem', 'UpdateItem']);
    } else expect(denied[name]).toEqual(ALL);
  });

  it('whoever decodes what users send', () => {
    for (const name of ['IngestUpload', 'AnalyzeImage', 'AnalyzeVideo', 'CheckModel']) {
      expect(denied[name]).toEqual(ALL);
    }
  });
});

it('who is kept from accounts is kept from their partitions of the first index, too', () => {
  const policies = templates.flatMap((template) => Object.values(template.findResources('AWS::IAM::Policy')));
  const statements = policies.map((policy) => policy.Properties.PolicyDocument.Statement as Statement[]);
  const keysOf = ({ Condition }: Statement) =>
    JSON.stringify(Condition?.['ForAnyValue:StringLike']?.['dynamodb:LeadingKeys']);
  const keptFrom = statements.filter((each) =>
    each.some((one) => keysOf(one) === JSON.stringify(ACCOUNT_KEYS)),
  );
  expect(keptFrom.length).toBeGreaterThan(8);
  for (const each of keptFrom) {
    const ofIndex = each.find((one) => keysOf(one) === JSON.stringify(ACCOUNT_INDEX_KEYS));
    expect(ofIndex).toMatchObject({ Effect: 'Deny', Action: 'dynamodb:Query' });
  }
});

interface QueryParams {
  readonly ExpressionAttributeValues: Record<string, string>;
}

describe('the keys that are denied', () => {
  const { entities } = openTable({ send: async () => ({}) } as never, 'Table');
  const isDenied = (key: string) => ACCOUNT_KEYS.some((pattern) => key.startsWith(pattern.replace('*', '')));
  /** Ids as the product makes them. */
  const IDS: Record<string, string> = { user: 'usr_1', deletedUser: 'usr_1', session: 'ses_1' };
  const keyOf = (name: string) => {
    const entity = entities[name as 'user'];
    const values = Object.keys(entity.schema.attributes).map((attribute) => [attribute, 'x1']);
    const item = { ...Object.fromEntries(values), ...NUMBERS, id: IDS[name] ?? `${name}_1`, userId: 'usr_1' };
    return entity.get(item as never).params<{ Key: { pk: string } }>().Key.pk;
  };
  const NUMBERS = { window: 1, minute: 1, chunk: 1, segment: 1, shard: 1, part: 1, sequence: 1 };

  it('are those of accounts, and of nothing else', () => {
    const names = Object.keys(entities);
    expect(names.filter((name) => isDenied(keyOf(name))).sort()).toEqual(
      ['apiKey', 'attempts', 'deletedUser', 'oneTimeLink', 'session', 'user', 'userEmail'].sort(),
    );
  });

  it('and, in the first index, the list of all users and each one’s sessions and keys, and nothing else', () => {
    const isDeniedInIndex = (key: string) =>
      ACCOUNT_INDEX_KEYS.some((pattern) =>
        pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern,
      );
    const keys = {
      userId: 'usr_1',
      batchId: 'bat_1',
      datasetId: 'ds_1',
      imageId: 'i',
      mediaId: 'i',
      id: 'x',
    };
    const partitions = Object.entries(entities).flatMap(([name, entity]) =>
      Object.entries(entity.schema.indexes as Record<string, { index?: string }>)
        .filter(([, { index }]) => index === 'gsi1')
        .map(([access]) => {
          const query = entity.query as unknown as Record<
            string,
            (each: object) => { params(): QueryParams }
          >;
          return [name, query[access]?.(keys).params().ExpressionAttributeValues[':pk'] ?? ''] as const;
        }),
    );
    expect(partitions.length).toBeGreaterThan(5);
    const denied = partitions.filter(([, key]) => isDeniedInIndex(key)).map(([name]) => name);
    expect(denied.sort()).toEqual(['apiKey', 'session', 'user']);
  });
});

describe('images that are named by a tag', () => {
  const DIGEST = `@sha256:${'0f'.repeat(32)}`;
  const warnings = (context: object) => {
    const { pipeline: stack } = stacksOf({ target: 'aws', imagesLockFile: 'none', ...context });
    const found = Annotations.fromStack(stack).findWarning(
      '*',
      Match.stringLikeRegexp('change under its tag'),
    );
    return found.map(({ entry }) => String(entry.data).replace(/, which.*/, '')).sort();
  };

  it('are told of, each for its function', () => {
    expect(warnings({})).toEqual([
      'analyze-image is built on public.ecr.aws/lambda/nodejs:24',
      'analyze-video is built on mwader/static-ffmpeg:7.1.1',
      'analyze-video is built on public.ecr.aws/lambda/nodejs:24',
      'ingest-upload is built on mwader/static-ffmpeg:7.1.1',
      'ingest-upload is built on public.ecr.aws/lambda/nodejs:24',
    ]);
  });

  it('are none where both have digests', () => {
    expect(warnings({ baseImage: `node:24${DIGEST}`, ffmpegImage: `ffmpeg:7${DIGEST}` })).toEqual([]);
    expect(warnings({ baseImage: `node:24${DIGEST}`, ffmpegImage: 'ffmpeg:7' })).toHaveLength(2);
  });
});

describe('images whose digests are locked', () => {
  it('are built on as they were then, and nobody is warned', () => {
    const folder = mkdtempSync(join(tmpdir(), 'segmentry-lock-'));
    const imagesLockFile = join(folder, 'images.lock.json');
    const digest = `sha256:${'0f'.repeat(32)}`;
    const names = ['public.ecr.aws/lambda/nodejs:24', 'mwader/static-ffmpeg:7.1.1'];
    writeFileSync(imagesLockFile, JSON.stringify(Object.fromEntries(names.map((name) => [name, digest]))));
    const app = newApp({ target: 'aws', imagesLockFile });
    const stack = new Stack(app, 'Any');
    expect(baseImagesOf(stack, 'analyze-video')).toEqual({
      BASE_IMAGE: `${names[0]}@${digest}`,
      FFMPEG_IMAGE: `${names[1]}@${digest}`,
    });
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

describe('floods', () => {
  const [aws] = templates as [Template];

  it('are held at the stage, and take no more processes than are the API’s own', () => {
    aws.hasResourceProperties('AWS::ApiGateway::Stage', {
      MethodSettings: [
        { HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
      ],
    });
    const reserved = Object.entries(aws.findResources('AWS::Lambda::Function'))
      .filter(([, { Properties }]) => Properties.ReservedConcurrentExecutions === 100)
      .map(([id]) => id.replace(/Function.*$/, ''));
    expect(reserved.sort()).toEqual(['Api', 'UploadImage']);
  });

  it('of none are kept for where the operator says so', () => {
    const small = stacksOf({ target: 'aws', apiConcurrency: '0' }).pipeline;
    Template.fromStack(small).allResourcesProperties('AWS::Lambda::Function', {
      ReservedConcurrentExecutions: Match.absent(),
    });
  });

  it('of events lie encrypted', () => {
    aws.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
  });
});
