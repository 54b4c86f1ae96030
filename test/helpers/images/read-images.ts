import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { createStacks } from '../../../lib/create-stacks.ts';
import { readEntry } from '../read-functions.ts';

/** A function that AWS gets as a container image, as the templates for AWS have it. */
export interface ContainerImage {
  /** The folder under `lambdas/`. */
  readonly name: string;
  /** In the template, on AWS and on an emulator. */
  readonly logicalId: string;
  /** What `docker build` is given on the way to AWS. */
  readonly directory: string;
  readonly platform: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** What the template says as it is; what only a deployment knows is left out. */
  readonly environment: Readonly<Record<string, string>>;
}

const Assets = z.object({
  dockerImages: z.record(
    z.string(),
    z.object({ source: z.object({ directory: z.string(), platform: z.string() }) }),
  ),
});
const ImageFunction = z.object({
  Type: z.literal('AWS::Lambda::Function'),
  Properties: z.object({
    PackageType: z.literal('Image'),
    Code: z.object({ ImageUri: z.object({ 'Fn::Sub': z.string() }) }),
    MemorySize: z.number(),
    Timeout: z.number(),
    Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
  }),
});
const Template = z.object({ Resources: z.record(z.string(), z.unknown()) });

/** Synthesizes the app for AWS, as `npx cdk deploy` does. @returns its container images, by name. */
export function synthesizeImages(outdir: string): Map<string, ContainerImage> {
  mkdirSync(outdir, { recursive: true });
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  const app = new App({ outdir, context, builtinCloudFormationValidation: false });
  createStacks(app);
  app.synth();
  const templates = readdirSync(outdir).filter((name) => name.endsWith('.template.json'));
  const images = templates.flatMap((template) => readImages(outdir, template));
  return new Map(images.map((image) => [image.name, image]));
}

function readImages(outdir: string, template: string): ContainerImage[] {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(outdir, name), 'utf8'));
  const { dockerImages } = Assets.partial().parse(read(template.replace('.template.', '.assets.')));
  return Object.entries(Template.parse(read(template)).Resources).flatMap(([logicalId, resource]) => {
    const found = ImageFunction.safeParse(resource);
    if (!found.success) return [];
    const { Code, MemorySize, Timeout, Environment } = found.data.Properties;
    const hash = Code.ImageUri['Fn::Sub'].split(':').at(-1) ?? '';
    const source = dockerImages?.[hash]?.source;
    if (source === undefined) throw new Error(`${template} has an image that its assets lack: ${hash}.`);
    const directory = join(outdir, source.directory);
    const name = readEntry(join(directory, 'index.mjs'));
    if (name === undefined) throw new Error(`${directory} is no function of the product.`);
    const literals = Object.entries(Environment.Variables).filter(([, value]) => typeof value === 'string');
    const environment = Object.fromEntries(literals) as Record<string, string>;
    const { platform } = source;
    return [
      { name, logicalId, directory, platform, environment, memoryMb: MemorySize, timeoutSeconds: Timeout },
    ];
  });
}
