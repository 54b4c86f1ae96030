import { join } from 'node:path';
import { build } from 'esbuild';
import { PROJECT } from '../../localstack/paths.ts';

/** The TypeScript client as one module, as its package has it. */
export async function bundleClient(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(PROJECT, 'client/index.ts')],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}
