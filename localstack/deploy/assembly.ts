import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';

/** The folder that a synthesis of the app has written. */
export type Assembly = string;

const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      dependencies: z.array(z.string()).optional(),
      properties: z
        .looseObject({
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          tags: z.record(z.string(), z.string()).optional(),
        })
        .optional(),
    }),
  ),
});

export interface AssembledStack {
  readonly name: string;
  /** Its file in the assembly. */
  readonly templateFile: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Names of the stacks that must be there before it. */
  readonly dependencies: readonly string[];
}

export function readStacks(assembly: Assembly): AssembledStack[] {
  const { artifacts } = Manifest.parse(readJson(assembly, 'manifest.json'));
  const stacks = Object.entries(artifacts).flatMap(([id, { type, dependencies = [], properties }]) => {
    const { templateFile, stackName: name = id, tags = {} } = properties ?? {};
    if (type !== 'aws:cloudformation:stack' || templateFile === undefined) return [];
    return [{ id, name, templateFile, tags, dependencies }];
  });
  const names = new Map(stacks.map(({ id, name }) => [id, name]));
  return stacks.map(({ id: _, dependencies, ...stack }) => ({
    ...stack,
    dependencies: dependencies.flatMap((id) => names.get(id) ?? []),
  }));
}

const Assets = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string(), packaging: z.enum(['zip', 'file']) }),
      destinations: z.record(z.string(), z.object({ bucketName: z.string(), objectKey: z.string() })),
    }),
  ),
});

/** A file, or a folder that is to become a zip, and where the templates expect it. */
export interface Asset {
  readonly path: string;
  readonly packaging: 'zip' | 'file';
  readonly key: string;
}

/** The assets of these stacks, their templates left out. */
export function readAssets(assembly: Assembly, stacks: readonly AssembledStack[]): Asset[] {
  const assets = stacks.flatMap(({ templateFile }) => {
    const { files } = Assets.parse(
      readJson(assembly, templateFile.replace(/\.template\.json$/, '.assets.json')),
    );
    return Object.values(files)
      .filter(({ source }) => source.path !== templateFile)
      .flatMap(({ source: { path, packaging }, destinations }) =>
        Object.values(destinations).map(({ objectKey: key }) => ({
          path: resolve(assembly, path),
          packaging,
          key,
        })),
      );
  });
  return [...new Map(assets.map((asset) => [asset.key, asset])).values()];
}

const readJson = (assembly: Assembly, file: string): unknown =>
  JSON.parse(readFileSync(join(assembly, file), 'utf8'));
