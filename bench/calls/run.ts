import { LambdaClient } from '@aws-sdk/client-lambda';
import { clientConfiguration } from '../../localstack/client-configuration.ts';
import { bringUp } from '../../localstack/deploy/bring-up.ts';
import { checkModel, installModel } from '../../localstack/models/install-model.ts';
import { pickEmulator } from '../../localstack/pick-emulator.ts';
import { createProgress } from '../../localstack/progress.ts';
import { runCommand } from '../../localstack/run-command.ts';
import { putBehind } from '../../test/helpers/faults/put-behind.ts';
import { makeImage } from '../../test/helpers/make-image.ts';
import { analyzeAll } from '../load/pipeline.ts';
import { signInForLoad } from '../load/sign-in.ts';
import { readSize } from '../read-size.ts';
import { type CallCounts, createCallCounter } from './count-calls.ts';
import { countInMemory } from './count-in-memory.ts';
import { keepCalls } from './report.ts';

/**
 * `npm run bench:calls [-- --jobs 100]`: calls of AWS an image, from its upload to the announcement of its result, by function
 * and service, counted by a proxy between the functions and the emulator. 10, 100 and 1,000 images by `POST /v1/images`
 * from 4 clients, each analysed by one model.
 */
const CLIENTS = 4;
const WEIGHTS = new URL('../../test/fixtures/vision/models/yolov8-segment.onnx', import.meta.url).pathname;
/** Over a table in memory, where nothing depends on what comes together. */
const IN_MEMORY = [10, 100, 1000, 10_000];
const SETTINGS = { initialCredits: '100000', requestsPerMinute: '1000000' };

await runCommand(async ({ onEnd }) => {
  const most = readSize('jobs', 1000);
  const progress = createProgress();
  const deployment = await bringUp({
    emulator: pickEmulator(),
    progress,
    context: SETTINGS,
    onTakeDown: onEnd,
  });
  await installModel(await checkModel({ path: WEIGHTS, id: 'tiny', version: '1' }), deployment);
  const client = await signInForLoad(deployment);
  onEnd(client.stop);
  const counter = createCallCounter(deployment.endpointUrl);
  onEnd(counter.proxy.stop);
  const { endpointUrl, account } = deployment;
  await putBehind(new LambdaClient(clientConfiguration(endpointUrl, account)), counter.proxy);
  const image = await makeImage(7, 128);
  let made = 0;
  const photographs = (count: number) =>
    Array.from({ length: count }, () => {
      made += 1;
      return Buffer.concat([image, Buffer.from(` ${made}`)]);
    });
  // Starts the functions, and opens the account.
  await analyzeAll(client, photographs(8), { clients: CLIENTS, model: 'tiny' });
  counter.take();
  const counted: [jobs: number, counts: CallCounts][] = [];
  for (const jobs of [10, 100, 1000].filter((each) => each <= most)) {
    await progress.step(`Count the calls of ${jobs} images`, async () => {
      await analyzeAll(client, photographs(jobs), { clients: CLIENTS, model: 'tiny' });
      // What is announced is still to be settled, and pushed.
      await new Promise((resolve) => setTimeout(resolve, 3000));
    });
    counted.push([jobs, counter.take()]);
  }
  const inMemory: [images: number, calls: number][] = [];
  for (const images of IN_MEMORY.filter((each) => each <= 10 * most)) {
    await progress.step(`Count ${images} images in memory`, async () => {
      const counts = await countInMemory(images, 1);
      inMemory.push([images, [...counts.values()].reduce((sum, each) => sum + each, 0) / images]);
    });
  }
  return keepCalls(counted, inMemory) ? 0 : 1;
});
