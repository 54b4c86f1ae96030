import { readdirSync, type Stats, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { resolvePath } from '../resolve-path.ts';
import { printable } from '../terminal/printable.ts';

/** One file or address that is to be analysed. */
export interface Input {
  /** What it is known by from run to run: another file at the same place is another input. */
  readonly id: string;
  /** As people know it. */
  readonly name: string;
  /** Absolute, or an address. */
  readonly location: string;
  /** Where its results go below the folder for them: as its own folder has it. */
  readonly outputName: string;
}

export interface FoundInputs {
  readonly inputs: Input[];
  /** Words on what was left out. */
  readonly passedOver: string[];
}

const WANTED = /\.(jpe?g|jfif|jpe|png|webp|avif|tiff?|gif|heic|heif|hif|bmp|zip|mp4|m4v|mov|webm)$/i;

/**
 * What the arguments name; a folder stands for the photographs, videos and zips in it, by name. A path that can't be
 * read stays in the list, to end by itself.
 */
export function findInputs(
  names: readonly string[],
  { recursive, without }: { recursive: boolean; without: string | undefined },
): FoundInputs {
  const passedOver: string[] = [];
  const inputs = names.flatMap((name) => {
    if (isAddress(name)) return [ofAddress(name)];
    const path = resolvePath(name);
    const stats = look(path);
    if (!stats?.isDirectory()) return [ofFile(name, path, { stats, below: join(path, '..') })];
    return listFolder(path, { recursive, without, passedOver }).map(({ path: file, stats: found }) =>
      ofFile(join(name, relative(path, file)), file, { stats: found, below: path }),
    );
  });
  return { inputs: withoutRepeats(inputs), passedOver };
}

export const isAddress = (name: string): boolean => /^https?:\/\//i.test(name);

/** @returns undefined where nothing can be said of it: it is not there, or its links lead in a circle. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

interface Place {
  readonly stats: Stats | undefined;
  readonly below: string;
}

function ofFile(name: string, path: string, { stats, below }: Place): Input {
  const id = stats === undefined ? path : `${path} ${stats.size} ${stats.mtimeMs}`;
  return { id, name, location: path, outputName: relative(below, path) || basename(path) };
}

function ofAddress(address: string): Input {
  const last = (URL.parse(address)?.pathname ?? '').split('/').at(-1) ?? '';
  return { id: address, name: address, location: address, outputName: toFileName(last) };
}

/** A name that others have given, as a file of ours may be called. */
export const toFileName = (name: string): string =>
  printable(name.split(/[\\/]/).at(-1) ?? '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^\.+/, '')
    .slice(-120) || 'image';

interface FoundFile {
  readonly path: string;
  readonly stats: Stats | undefined;
}

interface Listing {
  readonly recursive: boolean;
  /** Where results go: they are no photographs. */
  readonly without: string | undefined;
  readonly passedOver: string[];
}

function listFolder(folder: string, listing: Listing, above: readonly string[] = []): FoundFile[] {
  const own = look(folder);
  const identity = `${own?.dev}:${own?.ino}`;
  const { recursive, without, passedOver } = listing;
  // A link to a folder that this one lies in would go on forever.
  if (above.includes(identity) || folder === without) return [];
  const names = namesIn(folder);
  if (names === undefined) return [{ path: folder, stats: own }];
  return names
    .filter((file) => !file.startsWith('.'))
    .flatMap((file) => {
      const path = join(folder, file);
      const stats = look(path);
      if (stats?.isDirectory()) {
        if (recursive) return listFolder(path, listing, [...above, identity]);
        if (path !== without) passedOver.push(`${path} is a folder; --recursive looks into it`);
        return [];
      }
      if (WANTED.test(file)) return [{ path, stats }];
      passedOver.push(`${path} is no photograph, video or zip by its name`);
      return [];
    });
}

/** @returns undefined where the folder may not be read; whoever opens it will say so. */
function namesIn(folder: string): string[] | undefined {
  try {
    return readdirSync(folder).sort();
  } catch {
    return undefined;
  }
}

function withoutRepeats(inputs: readonly Input[]): Input[] {
  return [...new Map(inputs.map((input) => [input.id, input])).values()];
}
