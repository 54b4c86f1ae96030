import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { loadModel } from '../../core/adapters/onnx/load-model.ts';
import { createImageDecoder } from '../../core/adapters/sharp/decode-image.ts';
import { drawOverlay } from '../../core/adapters/sharp/draw-overlay.ts';
import { encodeLabelMap } from '../../core/adapters/sharp/encode-label-map.ts';
import { inferImage } from '../../core/domain/analysis/infer-image.ts';
import { explainFailure } from '../explain-failure.ts';
import type { PhotoOutcome, PhotoTask, Stop, WorkerMessage, WorkerSetup } from './messages.ts';
import { NoRegularFileError } from './no-regular-file.ts';

/** Analyses the photographs it is sent, several at a time: one is decoded while another is inferred. */
const { weights, manifest, options, threads } = workerData as WorkerSetup;
const model = await loadModel({ bytes: weights }, manifest, { threads });
const ports = { decodeImage: createImageDecoder(), encodeLabelMap, model };

parentPort?.on('message', (task: PhotoTask | Stop) => {
  // Without a port to listen to, the thread ends once what it has begun is done.
  if ('stop' in task) parentPort?.close();
  else void analyze(task).then(send);
});
send({ ready: true });

function send(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

async function analyze({ index, name, path, overlayPath }: PhotoTask): Promise<PhotoOutcome> {
  try {
    // Reading at once costs less than two turns of the event loop, which inference holds up.
    // A pipe would wait for somebody to write into it.
    if (!statSync(path).isFile()) throw new NoRegularFileError();
    const bytes = readFileSync(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const document = await inferImage({ bytes, image: { id: name, sha256 }, options }, ports);
    if (overlayPath !== undefined) await writeFile(overlayPath, await drawOverlay(bytes, document));
    return { index, json: JSON.stringify(document) };
  } catch (error) {
    return { index, failure: explainFailure(error) };
  }
}
