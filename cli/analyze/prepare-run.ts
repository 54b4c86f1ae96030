import { dirname } from 'node:path';
import type { Segmentry } from '../../client/index.ts';
import { findOrCreateDataset } from '../datasets/find-dataset.ts';
import { readGivenOptions } from '../options/read-options.ts';
import { resolvePath } from '../resolve-path.ts';
import { UsageError } from '../usage-error.ts';
import type { AnalyzeFlags, Format } from './analyze-flags.ts';
import { chooseModels } from './choose-models.ts';
import { type FoundInputs, findInputs, isAddress } from './find-inputs.ts';
import {
  createDoubleSink,
  createFolderSink,
  createNoSink,
  createStreamSink,
  type ResultSink,
} from './result-sinks.ts';
import type { Request } from './send-input.ts';

/** @throws UsageError where results would come to lie among the photographs. */
export function findApart(names: readonly string[], flags: AnalyzeFlags): FoundInputs {
  const out = flags.out === undefined ? undefined : resolvePath(flags.out);
  const isAmongThem = names.map(resolvePath).some((path) => path === out || dirname(path) === out);
  if (isAmongThem) {
    throw new UsageError('--out names the folder of the photographs: name one of its own for the results.');
  }
  return findInputs(names, { recursive: flags.recursive === true, without: out });
}

/**
 * What is analysed where nothing is named. Analyses cost credits: a whole folder is named, if only as `.`.
 * @throws UsageError where the folder has none, or several.
 */
export function pickObvious(flags: AnalyzeFlags): string {
  const { inputs } = findApart(['.'], flags);
  const [only, ...others] = inputs;
  if (only !== undefined && others.length === 0) return only.name;
  throw new UsageError(
    `Say what is to be analysed: this folder has ${inputs.length} photographs, videos and zips. "segmentry analyze ." takes all that are there.`,
  );
}

export async function createRequest(segmentry: Segmentry, flags: AnalyzeFlags): Promise<Request> {
  const { keep, retentionDays, framesPerSecond } = flags;
  const options = readGivenOptions(flags);
  const models = await chooseModels(segmentry, flags.model);
  const dataset =
    flags.dataset === undefined ? undefined : (await findOrCreateDataset(segmentry, flags.dataset)).id;
  return { models, options, dataset, keep, retentionDays, framesPerSecond };
}

/** All that makes two commands the same run. */
export async function identifyRun(
  segmentry: Segmentry,
  names: readonly string[],
  rest: object,
): Promise<object> {
  // A new login makes a new key; whose it is stays.
  const { id: account } = await segmentry.api.getMe();
  const inputs = names.map((name) => (isAddress(name) ? name : resolvePath(name)));
  return { account, inputs, ...rest };
}

export interface Output {
  readonly sink: ResultSink;
  /** Whether stdout is for lines that people read. */
  readonly isForPeople: boolean;
}

/** @throws UsageError for formats that there is no place for. */
export function createOutput(segmentry: Segmentry, flags: AnalyzeFlags): Output {
  const write = (text: string) => process.stdout.write(text);
  if (flags.out !== undefined) {
    const folder = createFolderSink(resolvePath(flags.out), {
      formats: flags.format ?? ['csv'],
      withOverlays: flags.overlays,
      segmentry,
    });
    if (flags.json !== true) return { sink: folder, isForPeople: true };
    return { sink: createDoubleSink(folder, createStreamSink('json', write)), isForPeople: false };
  }
  const [format, ...others]: Format[] = flags.format ?? (flags.json === true ? ['json'] : []);
  if (format === undefined) return { sink: createNoSink(), isForPeople: true };
  if (format === 'yolo') throw new UsageError('YOLO labels are many files: say by --out where they go.');
  if (others.length > 0)
    throw new UsageError('Several formats are several files: say by --out where they go.');
  return { sink: createStreamSink(format, write), isForPeople: false };
}
