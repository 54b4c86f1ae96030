import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { bringUp } from '../../localstack/deploy/bring-up.ts';
import { checkModel, installModel } from '../../localstack/models/install-model.ts';
import { pickEmulator } from '../../localstack/pick-emulator.ts';
import { createProgress } from '../../localstack/progress.ts';
import { runCommand } from '../../localstack/run-command.ts';
import { readSize } from '../read-size.ts';
import { keepResult } from './report.ts';
import { runBatch } from './run-batch.ts';
import { signIn, uploadImages } from './upload-images.ts';

/**
 * `npm run bench:batches [-- --jobs 50]`: how long a batch takes whose 1,000 results are all there already, on the
 * emulator: from the request until a poll says that it is finished, and until its results are fetched.
 */
const JOBS = 1000;
const ROUNDS = 3;
const MODEL = { id: 'tiny', version: '1' };
const WEIGHTS = fileURLToPath(
  new URL('../../test/fixtures/vision/models/yolov8-segment.onnx', import.meta.url),
);
/** 1,000 images cost more than a new account has. */
const SETTINGS = { initialCredits: '100000', requestsPerMinute: '1000000' };

await runCommand(async ({ onEnd }) => {
  const jobs = readSize('jobs', JOBS);
  const loadBefore = loadavg()[0] ?? 0;
  const progress = createProgress();
  const deployment = await bringUp({
    emulator: pickEmulator(),
    progress,
    context: SETTINGS,
    onTakeDown: onEnd,
  });
  await installModel(await checkModel({ path: WEIGHTS, ...MODEL }), deployment);
  const call = await signIn(deployment.apiUrl);
  const images = await progress.step(`Take in ${jobs} images`, () => uploadImages(call, jobs));
  const request = { images, models: [MODEL.id] };
  await progress.step('Analyse them once', () => runBatch(call, request));
  const rounds = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    rounds.push(await progress.step(`Ask again, ${round} of ${ROUNDS}`, () => runBatch(call, request)));
  }
  return keepResult({ jobs, rounds, loadBefore }) ? 0 : 1;
});
