import { readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { resolvePath } from '../resolve-path.ts';
import type { PhotoTask } from './messages.ts';

const EXTENSIONS = new Set(['.jpg', '.jpeg', '.png', '.webp', '.avif', '.tif', '.tiff', '.gif']);

/** The photographs that the arguments name; a folder stands for those in it, by name. */
export function findPhotos(names: readonly string[], overlayFolder: string | undefined): PhotoTask[] {
  const taken = new Set<string>();
  return names.flatMap(expand).map((name, index) => ({
    index,
    name,
    path: resolvePath(name),
    overlayPath: overlayFolder === undefined ? undefined : join(overlayFolder, chooseName(name, taken)),
  }));
}

function expand(name: string): string[] {
  const isFolder = statSync(resolvePath(name), { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!isFolder) return [name];
  return readdirSync(resolvePath(name))
    .filter((file) => EXTENSIONS.has(extname(file).toLowerCase()))
    .sort()
    .map((file) => join(name, file));
}

/** Photographs of the same name in different folders must not overwrite one another's overlay. */
function chooseName(name: string, taken: Set<string>): string {
  const stem = basename(name, extname(name));
  let choice = `${stem}.png`;
  for (let number = 2; taken.has(choice); number++) choice = `${stem}-${number}.png`;
  taken.add(choice);
  return choice;
}
