import { mkdtempSync, readFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelManifest } from '../../core/contracts/model-manifest.ts';
import { bringUp, type Deployment } from '../../localstack/deploy/bring-up.ts';
import { warmUp } from '../../localstack/deploy/warm-up.ts';
import { checkModel, installModel } from '../../localstack/models/install-model.ts';
import { pickEmulator } from '../../localstack/pick-emulator.ts';
import { createProgress, type Progress } from '../../localstack/progress.ts';
import { runCommand } from '../../localstack/run-command.ts';
import { readSize } from '../read-size.ts';
import { hasSharedData, preparePhotographs, sharedModel } from '../vision/photographs.ts';
import { countInference } from './inference-cost.ts';
import { keepFaster, PEER_SIDES } from './peers.ts';
import { playRound, type Round } from './play-round.ts';
import { keepLoad } from './report.ts';
import { signInForLoad } from './sign-in.ts';

/**
 * `npm run bench:load`: how many photographs of 640 × 480 the pipeline on the emulator analyses a second, what that costs, and
 * how soon each is there; `npm run bench:peers`: with a server of FastAPI, queue.Queue and ultralytics and Roboflow's
 * side by side in each round. Each round has a pipeline of its own, just started. `-- --images 30 --rounds 1` for less.
 */
const SETTINGS = {
  initialCredits: '100000',
  requestsPerMinute: '1000000',
  // A killed worker's message is to come again within a round.
  analysisTimeoutSeconds: '20',
  analysisVisibilitySeconds: '20',
};
const MODELS = { fp32: 'yolov8n-seg.onnx', int8: 'yolov8n-seg_int8-qdq.onnx' } as const;

await runCommand(async ({ onEnd }) => {
  if (!hasSharedData()) {
    console.error(
      'bench:load needs the weights and photographs in ../shared, which are not part of this project.',
    );
    return 1;
  }
  const images = readSize('images', 100);
  const rounds = readSize('rounds', 3);
  const loadBefore = loadavg()[0] ?? 0;
  const progress = createProgress();
  const { ordinary } = await preparePhotographs(mkdtempSync(join(tmpdir(), 'bench-load-')));
  const photographs = createPhotographs(ordinary.map((path) => readFileSync(path)));
  const undos: (() => Promise<void>)[] = [];
  const takeDown = async () => {
    for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) await undo();
  };
  onEnd(takeDown);
  const played: Round[] = [];
  let peers = process.argv.includes('--peer') ? PEER_SIDES : [];
  for (let round = 1; round <= rounds; round += 1) {
    progress.say(`Round ${round} of ${rounds}`);
    const deployment = await bringUp({
      emulator: pickEmulator(),
      progress,
      context: SETTINGS,
      onTakeDown: (undo) => void undos.push(undo),
    });
    await countInference(deployment);
    const models = await installModels(deployment, progress);
    // As `npm start` does before it says that it is up.
    await progress.step('Warm the functions', () => warmUp(deployment.apiUrl, models));
    const client = await signInForLoad(deployment);
    undos.push(client.stop);
    const { runPath } = deployment;
    const outcome = await playRound({ client, runPath, photographs, images, peers }, progress);
    await takeDown();
    // The slower form of each is left out after the first round.
    peers = keepFaster(peers, outcome.rates);
    played.push(outcome);
    // After each round: what comes later may fail.
    keepLoad({ images, rounds: played, loadBefore });
  }
  return 0;
});

async function installModels(deployment: Deployment, progress: Progress): Promise<ModelManifest[]> {
  const manifests: ModelManifest[] = [];
  for (const [id, file] of Object.entries(MODELS)) {
    const checked = await checkModel({ path: sharedModel(file), id, version: '1' });
    await progress.step(`Install ${file}`, () => installModel(checked, deployment));
    manifests.push(checked.manifest);
  }
  return manifests;
}

/** Bytes after a JPEG's end make it another image and show nothing else. */
function createPhotographs(files: readonly Buffer[]) {
  let made = 0;
  return (count: number): Uint8Array[] =>
    Array.from({ length: count }, () => {
      made += 1;
      return Buffer.concat([files[made % files.length] as Buffer, Buffer.from(` ${made}`)]);
    });
}
