import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ResultDocument } from '../../core/contracts/result-document.ts';
import { familyOption } from '../models/family-option.ts';
import { readModel } from '../models/read-model.ts';
import { resolvePath } from '../resolve-path.ts';
import { UsageError } from '../usage-error.ts';
import { analyzePhotos } from './analyze-photos.ts';
import { describeResult } from './describe-result.ts';
import { findPhotos } from './find-photos.ts';
import type { PhotoOutcome } from './messages.ts';
import { createProgressBar } from './progress-bar.ts';
import { type DetectFlags, readOptions } from './read-options.ts';

const EXIT_SOME_FAILED = 1;

/** `segmentry detect PHOTO… --model FILE.onnx` */
export function addDetectCommand(program: Command): void {
  program
    .command('detect <photo...>')
    .description('Finds objects in photographs (or all photographs of a folder).')
    .requiredOption('--model <file>', 'ONNX weights; a manifest beside them is read')
    .addOption(familyOption())
    .option('--json', 'one result document a line, in the order of the photographs')
    .option('--recursive', 'look into the folders within folders, too')
    .option('--overlay <folder>', 'draw what was found over each photograph, as PNG files in this folder')
    .option('--workers <number>', 'photographs inferred at the same time; one a core where absent', toNumber)
    .option('--confidence <share>', 'drop what scores less', toNumber)
    .option('--iou <share>', 'drop the weaker of two boxes that overlap by more', toNumber)
    .option('--max-detections <number>', 'report no more than this', toNumber)
    .option('--class <name>', 'report this class only; may be given several times', collect)
    .option('--class-agnostic', 'let boxes of different classes suppress one another')
    .addOption(
      new Option('--mask <format>', 'how masks are written').choices(['rle', 'polygon', 'png', 'none']),
    )
    .option('--polygon-tolerance <pixels>', 'how far a polygon may stray from the mask; 0 is exact', toNumber)
    .option('--tiles [size]', 'look at overlapping tiles too: for small objects in large images', toNumber)
    .option('--tile-overlap <share>', 'what neighbouring tiles have in common', toNumber)
    .option('--region <corners>', 'only inside "x,y x,y x,y"; may be given several times', collect)
    .option('--pixels-per-cm <number>', 'the scale, for areas in cm²', toNumber)
    .option('--scale-uncertainty <share>', 'how far the scale may be off', toNumber)
    .option(
      '--reference <class=size>',
      'the scale by an object in the image: plate=27 or card=8.56x5.398 (cm)',
    )
    .action(detect);
}

async function detect(names: string[], flags: DetectFlags): Promise<void> {
  const { bytes, manifest } = await readModel(resolvePath(flags.model), flags.family);
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

function toNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

const collect = (value: string, others: string[] = []) => [...others, value];
