import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { findDefaultModel, readShippedWeights } from '../../core/composition/shipped-models.ts';
import { ResultDocument } from '../../core/contracts/result-document.ts';
import { describeTwinOf } from '../models/find-int8-twin.ts';
import { readModel } from '../models/read-model.ts';
import { readOptions } from '../options/read-options.ts';
import { resolvePath } from '../resolve-path.ts';
import { UsageError } from '../usage-error.ts';
import { analyzePhotos } from './analyze-photos.ts';
import { describeResult } from './describe-result.ts';
import type { DetectFlags } from './detect-flags.ts';
import { findPhotos } from './find-photos.ts';
import type { PhotoOutcome } from './messages.ts';
import { createProgressBar } from './progress-bar.ts';

const EXIT_SOME_FAILED = 1;

export async function detect(names: string[], flags: DetectFlags): Promise<void> {
  const { bytes, manifest } = await readChosenModel(flags);
  const options = readOptions(flags, manifest);
  const overlayFolder = flags.overlay === undefined ? undefined : makeFolder(flags.overlay);
  const { tasks: photos, passedOver } = findPhotos(names, {
    overlayFolder,
    recursive: flags.recursive ?? false,
  });
  for (const words of passedOver) console.error(`Passed over: ${words}.`);
  if (photos.length === 0) throw new UsageError('There are no photographs in these folders.');

  const cores = availableParallelism();
  const workers = Math.min(flags.workers ?? cores, photos.length);
  const threads = Math.max(1, Math.floor(cores / workers));
  const bar = createProgressBar(photos.length, process.stderr);
  let done = 0;
  for await (const outcome of analyzePhotos(
    photos,
    { weights: bytes, manifest, options, threads },
    workers,
  )) {
    bar.clear();
    report(outcome, photos[outcome.index]?.name ?? '', flags.json ?? false);
    bar.update(++done);
  }
  bar.clear();
}

async function readChosenModel({ model, family, json }: DetectFlags) {
  const path = model === undefined ? undefined : resolvePath(model);
  const shipped = findDefaultModel();
  const chosen =
    path === undefined
      ? { bytes: readShippedWeights(shipped), manifest: shipped.manifest }
      : await readModel(path, family);
  const twin = json === true ? undefined : describeTwinOf(chosen.manifest, path);
  if (twin !== undefined) console.error(twin);
  return chosen;
}

function makeFolder(name: string): string {
  const folder = resolvePath(name);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new UsageError(`The folder ${name} can't be made: ${(cause as Error).message}.`, { cause });
  }
  return folder;
}

function report(outcome: PhotoOutcome, name: string, asJson: boolean): void {
  if ('failure' in outcome) {
    console.error(`${name}: ${outcome.failure.message} (${outcome.failure.code})`);
    process.exitCode = EXIT_SOME_FAILED;
  } else {
    console.log(asJson ? outcome.json : describeResult(ResultDocument.parse(JSON.parse(outcome.json))));
  }
}
