import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createVideoProbe } from '../../../../core/adapters/ffmpeg/probe-video.ts';
import { createFrameReader } from '../../../../core/adapters/ffmpeg/read-frames.ts';
import { createModelTrial } from '../../../../core/adapters/onnx/try-model.ts';
import { createImageNormalizer } from '../../../../core/adapters/sharp/normalize-image.ts';
import { openZip } from '../../../../core/adapters/zip/open-zip.ts';
import { DomainError } from '../../../../core/domain/entities/errors.ts';
import { planSegments } from '../../../../core/domain/entities/video.ts';
import { readPlan } from '../../../../core/domain/uploads/plan-zip.ts';
import { judgeEntry } from '../../../../core/domain/uploads/zip-entry.ts';
import { TINY_MANIFEST } from '../../tiny-manifest.ts';
import { videoTools } from '../../video-tools.ts';
import type { FileKind } from '../open-files.ts';

/** Limits as they are by default, but for a trial of a model, which is to end while one waits. */
const ZIP_LIMITS = { entries: 10_000, imageBytes: 50_000_000, videoBytes: 2_000_000_000 };
const TRIAL = { timeoutSeconds: 10, memoryMb: 1000 };

const normalize = createImageNormalizer({ limitPixels: 50_000_000 });

async function openImage(path: string): Promise<string> {
  await normalize(readFileSync(path), 'compressed');
  return 'opened';
}

/** The codes of all entries that are not taken, and `opened` for those that are. */
async function openArchive(path: string): Promise<string> {
  const bytes = readFileSync(path);
  const zip = await openZip({
    sizeBytes: bytes.byteLength,
    readRange: async (start, end) => Readable.from([bytes.subarray(start, end)]),
  });
  await readPlan(zip, ZIP_LIMITS);
  const codes = new Set<string>();
  for await (const entry of zip.entries()) {
    const verdict = judgeEntry(entry, ZIP_LIMITS);
    if (verdict === 'skip') continue;
    if ('refuse' in verdict) codes.add(verdict.refuse.code);
    else {
      for await (const _ of zip.unpack(entry));
      codes.add('opened');
    }
  }
  return codes.has('opened') ? 'opened' : [...codes].join(', ');
}

const tools = videoTools();
const probe = createVideoProbe({
  ...tools,
  limits: { pixels: 9_500_000, durationSeconds: 3600, decodedPixels: 5e11 },
});
const readFrames = createFrameReader(tools);

async function openVideo(path: string): Promise<string> {
  const facts = await probe(path);
  for (const segment of planSegments(facts.durationSeconds, 1, 60).slice(0, 2)) {
    for await (const _ of readFrames({ url: path, segment, framesPerSecond: 1 }, facts));
  }
  return 'opened';
}

const program = fileURLToPath(new URL('../../../../lambdas/check-model/trial.ts', import.meta.url));
const tryModel = createModelTrial({ program, ...TRIAL });

const openModel = async (path: string): Promise<string> =>
  (await tryModel(readFileSync(path), TINY_MANIFEST))?.code ?? 'opened';

const OPENERS: Record<FileKind, (path: string) => Promise<string>> = {
  image: openImage,
  zip: openArchive,
  video: openVideo,
  model: openModel,
};

const [kind, folder = '', count] = process.argv.slice(2);
for (let index = 0; index < Number(count); index += 1) {
  const outcome = await OPENERS[kind as FileKind](join(folder, String(index))).catch((error: unknown) =>
    error instanceof DomainError ? error.code : `unforeseen: ${String(error).split('\n')[0]}`,
  );
  process.stdout.write(`${outcome}\n`);
}
