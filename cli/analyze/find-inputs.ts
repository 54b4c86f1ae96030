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

/** What the arguments name; a folder stands for the photographs, videos and zips in it, by name. */
export function findInputs(
  names: readonly string[],
  { recursive, without }: { recursive: boolean; without: string | undefined },
): FoundInputs {
  const passedOver: string[] = [];
  const inputs = names.flatMap((name) => {
    if (isAddress(name)) return [ofAddress(name)];
    const path = resolvePath(name);
    const stats = look(path);
    if (stats === undefined) return [{ id: path, name, location: path, outputName: basename(path) }];
    if (!stats.isDirectory()) return [ofFile(name, path, { stats, below: join(path, '..') })];
    return listFolder(path, { recursive, without, passedOver }).map(({ path: file, stats: found }) =>
      ofFile(join(name, relative(path, file)), file, { stats: found, below: path }),
    );
  });
  return { inputs: withoutRepeats(inputs), passedOver };
}

export const isAddress = (name: string): boolean => /^https?:\/\//i.test(name);

const look = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false });

function ofFile(name: string, path: string, { stats, below }: { stats: Stats; below: string }): Input {
  const id = `${path} ${stats.size} ${stats.mtimeMs}`;
  return { id, name, location: path, outputName: relative(below, path) };
}

function ofAddress(address: string): Input {
  const last = new URL(address).pathname.split('/').at(-1) ?? '';
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
  readonly stats: Stats;
}

interface Listing {
  readonly recursive: boolean;
  /** Where results go: they are no photographs. */
  readonly without: string | undefined;
  readonly passedOver: string[];
}

function listFolder(folder: string, listing: Listing, above: readonly string[] = []): FoundFile[] {
  const identity = (({ dev, ino }: Stats) => `${dev}:${ino}`)(statSync(folder));
  const { recursive, without, passedOver } = listing;
  // A link to a folder that this one lies in would go on forever.
  if (above.includes(identity) || folder === without) return [];
  return readdirSync(folder)
    .sort()
    .filter((file) => !file.startsWith('.'))
    .flatMap((file) => {
      const path = join(folder, file);
      const stats = look(path);
      if (stats?.isDirectory()) {
        if (recursive) return listFolder(path, listing, [...above, identity]);
        if (path !== without) passedOver.push(`${path} is a folder; --recursive looks into it`);
        return [];
      }
      if (stats !== undefined && WANTED.test(file)) return [{ path, stats }];
      passedOver.push(`${path} is no photograph, video or zip by its name`);
      return [];
    });
}

function withoutRepeats(inputs: readonly Input[]): Input[] {
  return [...new Map(inputs.map((input) => [input.id, input])).values()];
}
