import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../usage-error.ts';

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * Asks the registries which images the tags in the Dockerfiles name now, and writes it down.
 * @returns the digest of each image.
 * @throws UsageError where one can't be had; nothing is written then.
 */
export function lockImages(project: string, file: string): Record<string, string> {
  checkBuildx();
  const images = [...new Set(findImages(join(project, 'lambdas')))].sort();
  const locked = Object.fromEntries(images.map((image) => [image, resolveDigest(image)]));
  writeFileSync(file, `${JSON.stringify(locked, undefined, 2)}\n`);
  return locked;
}

/** Debian's Docker, for one, comes without it. */
function checkBuildx(): void {
  const { status, error } = spawnSync('docker', ['buildx', 'version'], { stdio: 'ignore' });
  if (error !== undefined) throw new UsageError(`Docker could not be started: ${error.message}. Install it.`);
  if (status === 0) return;
  throw new UsageError(
    'Docker has no buildx, by which registries are asked: install docker-buildx (docker-buildx-plugin of Docker’s own packages).',
  );
}

const findImages = (lambdas: string): string[] =>
  readdirSync(lambdas)
    .flatMap((name) => ['Dockerfile', 'task.Dockerfile'].map((file) => join(lambdas, name, file)))
    .filter((path) => existsSync(path))
    .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/^ARG \w+=(\S+)$/gm)])
    .map(([, image = '']) => image);

function resolveDigest(image: string): string {
  const args = ['buildx', 'imagetools', 'inspect', image, '--format', '{{.Manifest.Digest}}'];
  const { status, stdout, stderr, error } = spawnSync('docker', args, { encoding: 'utf8' });
  const digest = (stdout ?? '').trim();
  if (status === 0 && DIGEST.test(digest)) return digest;
  const [said] = (stderr ?? '').trim().split('\n');
  const reason = error?.message ?? (said || `it answered "${digest}"`);
  throw new UsageError(`Docker does not tell the digest of ${image}: ${reason}`);
}
