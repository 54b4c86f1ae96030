import type { BuildArguments } from '../../../localstack/images/base-images.ts';
import type { Docker } from '../../../localstack/images/docker.ts';

const BUILD_TIMEOUT_MS = 300_000;

/** What `docker build` is given. */
export interface BuildContext {
  readonly name: string;
  readonly directory: string;
  readonly platform: string;
}

export interface BuiltImage {
  readonly tag: string;
  readonly bytes: number;
  /** What the Dockerfile adds to the image that it begins with. */
  readonly ownBytes: number;
}

/** Builds an image as the CDK does on the way to AWS, but for arguments that name other images. */
export async function buildImage(
  docker: Docker,
  { name, directory, platform }: BuildContext,
  buildArguments: BuildArguments,
): Promise<BuiltImage> {
  const tag = `segmentry-test/${name}`;
  const given = Object.entries(buildArguments).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]);
  await docker.run(['build', '--platform', platform, '--tag', tag, ...given, directory], BUILD_TIMEOUT_MS);
  const inspect = (format: string) => docker.run(['image', 'inspect', '--format', format, tag]);
  const history = await docker.run(['history', '--human=false', '--format', '{{.Size}} {{.CreatedBy}}', tag]);
  const copied = history.split('\n').filter((line) => line.includes('COPY'));
  const ownBytes = copied.reduce((sum, line) => sum + Number(line.split(' ')[0]), 0);
  return { tag, bytes: Number(await inspect('{{.Size}}')), ownBytes };
}
