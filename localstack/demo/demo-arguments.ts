import { parseCommandLine, portOf, resolvePath } from '../command-line.ts';
import { UsageError } from '../setup-error.ts';

export const DEMO_HELP = `Finds every object in a photograph, by the whole pipeline on an emulator.

Usage: npm run demo -- PHOTO [--model FILE.onnx] [--json] [--keep] [--port N]

  PHOTO              a JPEG, PNG, WebP, AVIF, TIFF or GIF
  --model FILE.onnx  YOLO weights to look with; the model that ships, where there is one
  --json             print the result document, and nothing else, on stdout
                     (npm prints a line of its own there: npm run --silent demo -- …)
  --keep             leave the stack up until Ctrl-C
  --port N           the emulator's port; any free one where left away

The overlay and the result are written to out/. EMULATOR=… picks another emulator.`;

export interface DemoArguments {
  readonly help: boolean;
  readonly photograph: string;
  readonly model: string | undefined;
  readonly json: boolean;
  readonly keep: boolean;
  readonly port: number | undefined;
}

/** @throws UsageError */
export function parseDemoArguments(args: readonly string[]): DemoArguments {
  const { values, positionals } = parseCommandLine(args, DEMO_HELP, {
    help: { type: 'boolean', short: 'h' },
    model: { type: 'string' },
    json: { type: 'boolean' },
    keep: { type: 'boolean' },
    port: { type: 'string' },
  });
  const [photograph, ...others] = positionals;
  if (others.length > 0)
    throw new UsageError(`One photograph at a time, please; not also ${others.join(', ')}.`);
  const help = values.help ?? false;
  if (photograph === undefined && !help) throw new UsageError(`Name a photograph.\n\n${DEMO_HELP}`);
  return {
    help,
    photograph: resolvePath(photograph ?? ''),
    model: values.model === undefined ? undefined : resolvePath(values.model),
    json: values.json ?? false,
    keep: values.keep ?? false,
    port: portOf(values.port),
  };
}
