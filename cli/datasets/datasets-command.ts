import type { Command } from 'commander';
import { addRemoteCommand, type ConnectionFlags, connect } from '../connection/connect.ts';
import { collect, toCount } from '../options/parse-values.ts';
import { formatTime, printDone, printItem, printList } from '../terminal/print.ts';
import { UsageError } from '../usage-error.ts';
import { findDataset } from './find-dataset.ts';

interface ChangeFlags extends ConnectionFlags {
  readonly name?: string;
  readonly tag?: string[];
}

interface ItemFlags extends ConnectionFlags {
  readonly video?: boolean;
}

/** `segmentry datasets`. They are named by name or by id. */
export function addDatasetsCommand(program: Command): void {
  const datasets = program.command('datasets').description('Collections of images and videos.');
  addRemoteCommand(datasets, 'list', 'Your datasets, newest first.', true)
    .option('--limit <number>', 'how many', toCount, 20)
    .action(async (flags: ConnectionFlags & { limit: number }) =>
      printList(
        connect(flags).list('listDatasets'),
        {
          dataset: ({ id }) => id,
          name: ({ name }) => name,
          tags: ({ tags }) => tags.join(', '),
          images: ({ imageCount }) => imageCount,
          videos: ({ videoCount }) => videoCount,
          credits: ({ cost }) => cost,
          created: ({ createdAt }) => formatTime(createdAt),
        },
        flags,
      ),
    );
  addRemoteCommand(datasets, 'show <name>', 'A dataset.').action(
    async (name: string, flags: ConnectionFlags) =>
      printItem(await findDataset(connect(flags), name), flags.json),
  );
  addRemoteCommand(datasets, 'create <name>', 'Makes a dataset.')
    .option('--tag <tag>', 'may be given several times', collect)
    .action(async (name: string, { tag: tags = [], ...flags }: ChangeFlags) =>
      printItem(await connect(flags).api.createDataset({ name, tags }), flags.json),
    );
  addRemoteCommand(datasets, 'change <name>', 'Gives a dataset another name or other tags.')
    .option('--name <name>', 'the new name')
    .option('--tag <tag>', 'a tag in place of those it has; may be given several times', collect)
    .action(changeDataset);
  addRemoteCommand(datasets, 'delete <name>', 'Deletes a dataset; its images and videos stay.').action(
    async (name: string, flags: ConnectionFlags) => {
      const segmentry = connect(flags);
      const { id } = await findDataset(segmentry, name);
      await segmentry.api.deleteDataset({ id });
      printDone(`${name} is deleted; its images and videos are still there.`, { id }, flags.json);
    },
  );
  addRemoteCommand(datasets, 'items <name>', 'What is in a dataset, latest added first.')
    .option('--limit <number>', 'how many', toCount, 20)
    .action(async (name: string, flags: ConnectionFlags & { limit: number }) => {
      const segmentry = connect(flags);
      const { id } = await findDataset(segmentry, name);
      const columns = {
        type: ({ type }: { type: string }) => type,
        id: (item: { id: string }) => item.id,
        added: ({ addedAt }: { addedAt: string }) => formatTime(addedAt),
      };
      await printList(segmentry.list('listDatasetItems', { id }), columns, flags);
    });
  addRemoteCommand(datasets, 'add <name> <id...>', 'Puts stored images into a dataset.')
    .option('--video', 'the ids are of videos')
    .action((name: string, ids: string[], flags: ItemFlags) => moveItems('add', { name, ids, flags }));
  addRemoteCommand(datasets, 'remove <name> <id...>', 'Takes images out of a dataset; they stay stored.')
    .option('--video', 'the ids are of videos')
    .action((name: string, ids: string[], flags: ItemFlags) => moveItems('remove', { name, ids, flags }));
}

async function changeDataset(
  name: string,
  { name: newName, tag: tags, ...flags }: ChangeFlags,
): Promise<void> {
  if (newName === undefined && tags === undefined)
    throw new UsageError('Say by --name or --tag what is to change.');
  const segmentry = connect(flags);
  const { id } = await findDataset(segmentry, name);
  const changes = { ...(newName !== undefined && { name: newName }), ...(tags !== undefined && { tags }) };
  printItem(await segmentry.api.changeDataset({ id, ...changes }), flags.json);
}

async function moveItems(
  verb: 'add' | 'remove',
  { name, ids, flags }: { name: string; ids: readonly string[]; flags: ItemFlags },
): Promise<void> {
  const segmentry = connect(flags);
  const { api } = segmentry;
  const { id } = await findDataset(segmentry, name);
  for (const item of ids) {
    if (flags.video === true) {
      const call = verb === 'add' ? api.addDatasetVideo : api.removeDatasetVideo;
      await call({ id, videoId: item });
    } else {
      const call = verb === 'add' ? api.addDatasetImage : api.removeDatasetImage;
      await call({ id, imageId: item });
    }
  }
  const words = verb === 'add' ? `${ids.length} put into ${name}.` : `${ids.length} taken out of ${name}.`;
  printDone(words, { dataset: id, ids }, flags.json);
}
