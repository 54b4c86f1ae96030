import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadModel } from '../../core/adapters/onnx/load-model.ts';
import { ensurePythonEnvironment } from '../../core/adapters/python/python-environment.ts';
import { runProgram } from '../../core/adapters/python/run-program.ts';
import { createImageDecoder } from '../../core/adapters/sharp/decode-image.ts';
import { encodeLabelMap } from '../../core/adapters/sharp/encode-label-map.ts';
import { AnalysisOptions } from '../../core/contracts/analysis-options.ts';
import type { Int8Twin } from '../../core/contracts/int8-twin.ts';
import type { ModelManifest } from '../../core/contracts/model-manifest.ts';
import type { ResultDocument } from '../../core/contracts/result-document.ts';
import { inferImage } from '../../core/domain/analysis/infer-image.ts';
import { findPhotos } from '../detect/find-photos.ts';
import { UsageError } from '../usage-error.ts';
import { type Agreement, compareResults } from './compare-models.ts';
import { findFaults } from './judge-agreement.ts';
import { readModel } from './read-model.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TOOL = join(ROOT, 'models/quantize');
/** With fewer, the ranges that calibration sees are an accident. */
const FEWEST_PHOTOGRAPHS = 8;

const decodeImage = createImageDecoder();

export interface Quantization {
  readonly path: string;
  /** A folder. */
  readonly photographs: string;
  readonly out: string;
}

/** What came out, beside the fp32 model. */
export interface QuantizedModel extends Agreement {
  readonly out: string;
  /** Written only where it is recommended. */
  readonly manifest?: string;
  readonly inferenceMs: { readonly int8: number; readonly fp32: number };
  readonly bytes: { readonly int8: number; readonly fp32: number };
  readonly isRecommended: boolean;
  /** What speaks against it. */
  readonly faults: readonly string[];
}

/** Makes an int8 model and compares it with the fp32 one on the calibration photographs. */
export async function quantizeModel({ path, photographs, out }: Quantization): Promise<QuantizedModel> {
  const original = await readModel(path);
  const photos = findPhotos([photographs], {}).tasks.map((photo) => readFileSync(photo.path));
  if (photos.length < FEWEST_PHOTOGRAPHS) {
    throw new UsageError(
      `${photographs} holds ${photos.length} photographs; ${FEWEST_PHOTOGRAPHS} are needed.`,
    );
  }
  await makeInt8(path, out, await calibrationInputs(photos, original.manifest));
  const bytes = readFileSync(out);
  const manifest = toInt8Manifest(original.manifest, bytes);

  const first = await analyzeAll(photos, original);
  const second = await analyzeAll(photos, { bytes, manifest });
  const agreement = compareResults(
    first.documents.map((document, index) => [document, second.documents[index] as ResultDocument]),
  );
  const faults = findFaults(agreement);
  const made = {
    out,
    ...agreement,
    faults,
    isRecommended: faults.length === 0,
    inferenceMs: { int8: second.medianMs, fp32: first.medianMs },
    bytes: { int8: bytes.byteLength, fp32: original.bytes.byteLength },
  };
  if (!made.isRecommended) return made;
  const int8: Int8Twin = {
    of: original.manifest.sha256,
    speed: round(first.medianMs / second.medianMs),
    wanted: agreement.wanted,
    found: agreement.found,
    overlap: round(agreement.meanOverlap),
  };
  const manifestPath = `${out.replace(/\.onnx$/i, '')}.manifest.json`;
  writeFileSync(manifestPath, `${JSON.stringify({ ...manifest, int8 }, null, 2)}\n`);
  return { ...made, manifest: manifestPath };
}

const round = (value: number) => Math.round(value * 1000) / 1000;

export function describeQuantized(made: QuantizedModel): string {
  const { out, wanted, found, meanOverlap, inferenceMs, bytes, faults, manifest } = made;
  const megabytes = (count: number) => `${(count / 1e6).toFixed(1)} MB`;
  return [
    `objects   ${found} of the fp32 model's ${wanted} found`,
    `overlap   ${meanOverlap.toFixed(3)} on average`,
    `inference ${inferenceMs.int8.toFixed(0)} ms, fp32 ${inferenceMs.fp32.toFixed(0)} ms (one thread)`,
    `size      ${megabytes(bytes.int8)}, fp32 ${megabytes(bytes.fp32)}`,
    manifest === undefined
      ? `Not recommended: ${faults.join('; ')}. The file is ${out}.`
      : `Recommended. The file is ${out}, its manifest ${manifest}.`,
  ].join('\n');
}

function toInt8Manifest(manifest: ModelManifest, bytes: Uint8Array): ModelManifest {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { ...manifest, version: `${manifest.version.slice(0, 59)}-int8`, sha256 };
}

/** What the model sees of each photograph. */
async function calibrationInputs(photos: readonly Uint8Array[], { inputSize, preprocessing }: ModelManifest) {
  const { width, height } = inputSize;
  const inputs = photos.map(async (bytes) => {
    const input = new Float32Array(3 * width * height);
    const { views } = await decodeImage(bytes, { inputSize, preprocessing });
    (await views[0]?.load())?.(input);
    return { input, name: `${height}x${width}` };
  });
  return Promise.all(inputs);
}

async function makeInt8(
  path: string,
  out: string,
  inputs: readonly { input: Float32Array; name: string }[],
): Promise<void> {
  const python = await ensurePythonEnvironment(
    { folder: join(ROOT, '.python/quantize'), lockFile: join(TOOL, 'requirements.txt') },
    () => console.error('Creating the Python environment of the quantize tool (once) …'),
  );
  const folder = mkdtempSync(join(tmpdir(), 'segmentry-quantize-'));
  try {
    for (const [index, { input, name }] of inputs.entries()) {
      // The tool reads the size from the name.
      writeFileSync(join(folder, `${index}-${name}.f32`), input);
    }
    await runProgram(python, [join(TOOL, 'quantize.py'), path, out, folder]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function analyzeAll(
  photos: readonly Uint8Array[],
  source: { bytes: Uint8Array; manifest: ModelManifest },
) {
  const model = await loadModel({ bytes: source.bytes }, source.manifest, { threads: 1 });
  const options = AnalysisOptions.parse({});
  const documents: ResultDocument[] = [];
  for (const bytes of photos) {
    const image = { id: 'calibration', sha256: '' };
    documents.push(await inferImage({ bytes, image, options }, { decodeImage, encodeLabelMap, model }));
  }
  await model.release();
  const times = documents.map(({ timing }) => timing.inferMs).sort((a, b) => a - b);
  return { documents, medianMs: times[Math.floor(times.length / 2)] as number };
}
