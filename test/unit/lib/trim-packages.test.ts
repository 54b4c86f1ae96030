import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { trimPackages } from '../../../lib/trim-packages.ts';

it('a table opens in a bundle of trimmed packages as it does outside', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { openTable } from './core/adapters/dynamodb/table/segmentry-table.ts';
        const { entities } = openTable({ send: async () => ({}) }, 'Table');
        console.log(entities.job.get({ id: 'job_1' }).params().Key.pk);
      `,
      resolveDir: process.cwd(),
    },
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    plugins: trimPackages,
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const input = outputFiles[0]?.text ?? '';
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module'], {
    input: input.replaceAll('import.meta.url', `'file://${process.cwd()}/x.mjs'`),
    encoding: 'utf8',
  });
  expect(stderr.slice(-500)).toBe('');
  expect(stdout.trim()).toBe('$segmentry#id_job_1');
});
