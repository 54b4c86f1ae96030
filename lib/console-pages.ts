import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { type ISource, Source } from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct } from 'constructs';

/** The console's pages, built by this synthesis. For a look at templates alone nothing is built. */
export function consolePages(scope: Construct): ISource {
  if (!Stack.of(scope).bundlingRequired)
    return Source.data('index.html', 'Not built: only the templates are looked at.');
  const vite = join('node_modules', 'vite', 'bin', 'vite.js');
  const { status, stderr } = spawnSync(process.execPath, [vite, 'build', '--config', 'web/vite.config.ts'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The console could not be built: ${stderr}`);
  return Source.asset(join('web', 'dist'));
}
