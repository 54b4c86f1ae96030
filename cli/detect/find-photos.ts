import { type BigIntStats, readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { resolvePath } from '../resolve-path.ts';
import type { PhotoTask } from './messages.ts';

/** Files of a folder that are photographs by their name; those that can't be read say so themselves. */
const PHOTO_NAME =
  /\.(jpe?g|jfif|jpe|png|webp|avif|tiff?|gif|heic|heif|hif|bmp|dib|jxl|jp2|psd|svg|ico|dng|cr[23]|nef|arw|orf|rw2|raf)$/i;

export interface FoundPhotos {
  readonly tasks: PhotoTask[];
  /** What lies in the folders and is not looked at: words for people. */
  readonly passedOver: string[];
}

/**
 * The photographs that the arguments name; a folder stands for those in it, by name. A path that can't be read
 * stays in the list, to end by itself.
 */
export function findPhotos(
  names: readonly string[],
  { overlayFolder, recursive = false }: { overlayFolder?: string | undefined; recursive?: boolean },
): FoundPhotos {
  const passedOver: string[] = [];
  const paths = names.flatMap((name) => expand(name, { recursive, passedOver }));
  const chooseOverlay = overlayFolder === undefined ? () => undefined : planOverlays(overlayFolder, paths);
  const tasks = paths.map((name, index) => ({
    index,
    name,
    path: resolvePath(name),
    overlayPath: chooseOverlay(name),
  }));
  return { tasks, passedOver };
}

/** @returns undefined where nothing can be said of it: it is not there, or its links lead in a circle. */
function look(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}

interface Expansion {
  readonly recursive: boolean;
  readonly passedOver: string[];
}

function expand(name: string, expansion: Expansion, seen: readonly string[] = []): string[] {
  const folder = look(resolvePath(name));
  if (!folder?.isDirectory()) return [name];
  const id = identify(folder);
  // A link to a folder that this one lies in would go on forever.
  if (seen.includes(id)) return [];
  const files = listFolder(name);
  if (files === undefined) return [name];
  return files.flatMap((file) => {
    const path = join(name, file);
    if (look(resolvePath(path))?.isDirectory()) {
      if (expansion.recursive) return expand(path, expansion, [...seen, id]);
      expansion.passedOver.push(`${path} is a folder; --recursive looks into it`);
      return [];
    }
    if (PHOTO_NAME.test(file)) return [path];
    if (!file.startsWith('.')) expansion.passedOver.push(`${path} is no photograph by its name`);
    return [];
  });
}

/** @returns undefined where the folder may not be read; whoever opens it will say so. */
function listFolder(name: string): string[] | undefined {
  try {
    return readdirSync(resolvePath(name)).sort();
  } catch {
    return undefined;
  }
}

const identify = ({ dev, ino }: BigIntStats) => `${dev}:${ino}`;

/**
 * Names for overlays: no two the same, and none that is a photograph of this run, by whatever path or link. In a
 * folder that photographs lie in, drawings say what they are.
 */
function planOverlays(folder: string, photos: readonly string[]): (name: string) => string {
  const taken = new Set<string>();
  const inputs = new Set<string>();
  const folders = new Set<string>();
  for (const photo of photos) {
    const path = resolvePath(photo);
    const [file, parent] = [look(path), look(dirname(path))];
    if (file) inputs.add(identify(file));
    if (parent) folders.add(identify(parent));
  }
  const own = look(folder);
  const ending = own && folders.has(identify(own)) ? '-overlay' : '';
  const isFree = (choice: string) => {
    const there = look(join(folder, choice));
    // Some file systems take capitals and small letters for the same.
    return !taken.has(choice.toLowerCase()) && !(there && inputs.has(identify(there)));
  };
  return (name) => {
    const stem = `${basename(name, extname(name))}${ending}`;
    let choice = `${stem}.png`;
    for (let number = 2; !isFree(choice); number++) choice = `${stem}-${number}.png`;
    taken.add(choice.toLowerCase());
    return join(folder, choice);
  };
}
