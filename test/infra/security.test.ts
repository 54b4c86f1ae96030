import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { baseImagesOf } from '../../lib/base-images.ts';
import { newApp, stacksOf } from './new-app.ts';

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
  const aws = Template.fromStack(stacksOf({ target: 'aws' }).pipeline);

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
