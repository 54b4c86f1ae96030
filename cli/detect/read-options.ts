import { AnalysisOptions } from '../../core/contracts/analysis-options.ts';
import type { ModelManifest } from '../../core/contracts/model-manifest.ts';
import { nameSome } from '../../core/domain/entities/errors.ts';
import { UsageError } from '../usage-error.ts';

/** What commander makes of the command line. */
export interface DetectFlags {
  readonly model: string;
  readonly family?: ModelManifest['family'];
  readonly json?: boolean;
  readonly overlay?: string;
  readonly recursive?: boolean;
  readonly workers?: number;
  readonly confidence?: number;
  readonly iou?: number;
  readonly maxDetections?: number;
  readonly class?: string[];
  readonly classAgnostic?: boolean;
  readonly mask?: string;
  readonly polygonTolerance?: number;
  readonly tiles?: number | true;
  readonly tileOverlap?: number;
  readonly region?: string[];
  readonly pixelsPerCm?: number;
  readonly scaleUncertainty?: number;
  readonly reference?: string;
}

/**
 * The options of the job: the flags, then the model's own defaults, then the product's.
 * @throws UsageError naming the flag that is wrong.
 */
export function readOptions(flags: DetectFlags, { defaults, classes }: ModelManifest): AnalysisOptions {
  const unknown = flags.class?.find((name) => !classes.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`The model knows no class "${unknown}". It knows: ${nameSome(classes)}.`);
  }
  const given = {
    confidence: flags.confidence,
    iou: flags.iou,
    maxDetections: flags.maxDetections,
    classes: flags.class,
    classAgnosticNms: flags.classAgnostic,
    mask: flags.mask,
    polygonTolerance: flags.polygonTolerance,
    tiles: readTiles(flags),
    regions: flags.region?.map(readRegion),
    scale: readScale(flags),
  };
  const isGiven = ([, value]: [string, unknown]) => value !== undefined;
  const parsed = AnalysisOptions.safeParse({
    ...defaults,
    ...Object.fromEntries(Object.entries(given).filter(isGiven)),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`The option ${issue?.path.join('.')} is wrong: ${issue?.message}.`);
}

function readTiles({ tiles, tileOverlap }: DetectFlags) {
  if (tiles === undefined) return undefined;
  return {
    ...(tiles !== true && { size: tiles }),
    ...(tileOverlap !== undefined && { overlap: tileOverlap }),
  };
}

/** `"0,0 100,0 100,50"` */
function readRegion(text: string): [number, number][] {
  return text
    .trim()
    .split(/\s+/)
    .map((corner) => {
      const [x, y, ...rest] = corner.split(',').map(Number);
      if (x === undefined || y === undefined || rest.length > 0 || Number.isNaN(x + y)) {
        throw new UsageError(`--region takes corners as "x,y x,y x,y"; "${corner}" is none.`);
      }
      return [x, y];
    });
}

function readScale({ pixelsPerCm, scaleUncertainty, reference }: DetectFlags) {
  if (pixelsPerCm !== undefined && reference !== undefined) {
    throw new UsageError('Give either --pixels-per-cm or --reference, not both.');
  }
  if (pixelsPerCm !== undefined) return { pixelsPerCm, uncertainty: scaleUncertainty ?? 0 };
  return reference === undefined ? undefined : { reference: readReference(reference) };
}

/** `plate=27` is round, `card=8.56x5.398` is not. */
function readReference(text: string) {
  const [, name, first, second] = /^(.+)=([\d.]+)(?:x([\d.]+))?$/.exec(text) ?? [];
  if (name === undefined) {
    throw new UsageError(
      `--reference takes CLASS=DIAMETER or CLASS=WIDTHxHEIGHT in cm; "${text}" is neither.`,
    );
  }
  const size =
    second === undefined
      ? { diameterCm: Number(first) }
      : { widthCm: Number(first), heightCm: Number(second) };
  return { class: name, size };
}
