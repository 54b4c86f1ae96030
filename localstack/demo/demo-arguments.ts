import { parseCommandLine, portOf, resolvePath } from '../command-line.ts';
import { UsageError } from '../setup-error.ts';

export const DEMO_HELP = `Finds every object in a photograph, by the whole pipeline on an emulator.

Usage: npm run demo [-- PHOTO] [--model FILE.onnx] [--pixels-per-cm N] [--json] [--keep] [--port N]

  PHOTO              a JPEG, PNG, WebP, AVIF, TIFF or GIF; by default a table of food that ships
  --model FILE.onnx  weights to look with; by default, for a photograph of your own, a model of 80 kinds of
                     ordinary things, which is fetched once, and for the one that ships the model of food
  --pixels-per-cm N  the photograph's scale, for areas in cm²
  --json             print the result document, and nothing else, on stdout
                     (npm prints a line of its own there: npm run --silent demo -- …)
  --keep             leave the stack up until Ctrl-C
  --port N           the emulator's port; by default any free one

The overlay and the result are written to out/. EMULATOR=… selects another emulator.`;

export interface DemoArguments {
  readonly help: boolean;
  /** The sample that ships, where there is none. */
  readonly photograph: string | undefined;
  readonly model: string | undefined;
  readonly pixelsPerCm: number | undefined;
  readonly json: boolean;
  readonly keep: boolean;
  readonly port: number | undefined;
}

/** @throws UsageError */
export function parseDemoArguments(args: readonly string[]): DemoArguments {
  const { values, positionals } = parseCommandLine(args, DEMO_HELP, {
    help: { type: 'boolean', short: 'h' },
    model: { type: 'string' },
    'pixels-per-cm': { type: 'string' },
    json: { type: 'boolean' },
    keep: { type: 'boolean' },
    port: { type: 'string' },
  });
  const [photograph, ...others] = positionals;
  if (others.length > 0) throw new UsageError(`Give one photograph at a time, without ${others.join(', ')}.`);
  return {
    help: values.help ?? false,
    photograph: photograph === undefined ? undefined : resolvePath(photograph),
    model: values.model === undefined ? undefined : resolvePath(values.model),
    pixelsPerCm: scaleOf(values['pixels-per-cm']),
    json: values.json ?? false,
    keep: values.keep ?? false,
    port: portOf(values.port),
  };
}

function scaleOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const pixelsPerCm = Number(text);
  if (pixelsPerCm > 0 && Number.isFinite(pixelsPerCm)) return pixelsPerCm;
  throw new UsageError(`--pixels-per-cm takes a number above 0, not ${text}.`);
}
