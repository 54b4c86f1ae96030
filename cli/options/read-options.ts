import type * as z from 'zod';
import { AnalysisOptions } from '../../core/contracts/analysis-options.ts';
import type { ModelManifest } from '../../core/contracts/model-manifest.ts';
import { nameSome } from '../../core/domain/entities/errors.ts';
import { UsageError } from '../usage-error.ts';

/** What commander makes of the flags that say how images are looked at. */
export interface AnalysisFlags {
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
  readonly device?: string;
}

/**
 * The options of the job: what the flags say, of classes that the model has.
 * @throws UsageError naming the flag that is wrong.
 */
export function readOptions(flags: AnalysisFlags, { classes }: ModelManifest): AnalysisOptions {
  const unknown = flags.class?.find((name) => !classes.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`The model knows no class "${unknown}". It knows: ${nameSome(classes)}.`);
  }
  return checkOptions(givenOptions(flags));
}

/**
 * Only what the flags say: the service knows the classes.
 * @throws UsageError naming the flag that is wrong.
 */
export function readGivenOptions(flags: AnalysisFlags): Partial<AnalysisOptions> {
  const given = givenOptions(flags);
  checkOptions(given);
  return given;
}

function givenOptions(flags: AnalysisFlags): object {
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
    device: flags.device,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** The flag that fills a field, where it is called otherwise. */
const FLAGS: Readonly<Record<string, string>> = {
  classes: 'class',
  regions: 'region',
  classAgnosticNms: 'class-agnostic',
  scale: 'reference',
  'scale.pixelsPerCm': 'pixels-per-cm',
  'scale.uncertainty': 'scale-uncertainty',
  'tiles.size': 'tiles',
  'tiles.overlap': 'tile-overlap',
};

function checkOptions(options: object): AnalysisOptions {
  const { success, data, error } = AnalysisOptions.safeParse(options, { reportInput: true });
  if (success) return data;
  const { path, issue } = deepestIssue(error.issues);
  const names = path.filter((part) => typeof part === 'string');
  const [top = ''] = names;
  throw new UsageError(`--${FLAGS[names.join('.')] ?? FLAGS[top] ?? toFlag(top)} ${explainIssue(issue)}.`);
}

const toFlag = (field: string) => field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

type Issue = z.core.$ZodIssue;
interface Located {
  readonly path: readonly PropertyKey[];
  readonly issue: Issue;
}

/** Where there are several forms, the one that was meant is the one whose fault lies deepest. */
function deepestIssue([issue]: readonly Issue[], above: readonly PropertyKey[] = []): Located {
  const here = issue as Issue;
  const path = [...above, ...here.path];
  if (here.code !== 'invalid_union') return { path, issue: here };
  const forms = here.errors.filter((issues) => issues.length > 0).map((issues) => deepestIssue(issues, path));
  return forms.toSorted((a, b) => b.path.length - a.path.length)[0] ?? { path, issue: here };
}

function explainIssue(issue: Issue): string {
  const bound =
    issue.code === 'too_small' ? issue.minimum : issue.code === 'too_big' ? issue.maximum : undefined;
  if (bound === undefined || typeof issue.input !== 'number') return `is wrong: ${issue.message}`;
  const { inclusive } = issue as { inclusive?: boolean };
  const words = issue.code === 'too_small' ? ['above', 'at least'] : ['below', 'at most'];
  return `must be ${words[Number(inclusive)]} ${bound}, not ${issue.input}`;
}

function readTiles({ tiles, tileOverlap }: AnalysisFlags) {
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

function readScale({ pixelsPerCm, scaleUncertainty, reference }: AnalysisFlags) {
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
