import { createOutbox } from '../../core/adapters/dynamodb/stream/outbox.ts';
import { announceChanges } from '../../core/domain/events/announce-changes.ts';
import { uploadImage } from '../../core/domain/media/upload-image.ts';
import { createFaultWorld } from '../../test/helpers/memory-table/fault-world.ts';
import { OPTIONS } from '../../test/helpers/memory-table/media-world.ts';

const principal = {
  userId: 'usr_00000000000000000000000000000001',
  role: 'user',
  scopes: ['read', 'write'],
} as const;
/** Ends that the stream brings at once, where there is much to do. */
const STREAM_RECORDS = 100;
/** Announcements that one call of SNS takes. */
const PUBLISHED_TOGETHER = 10;

/** Calls by function and what is called. */
export type Counts = ReadonlyMap<string, number>;

/**
 * Counts what an image asks of AWS, from its upload to the announcement of its result, over a table in memory: by the real use
 * cases and records. Not in it: the one read of who asks, with what is prefetched, and the webhooks that are listed.
 */
export async function countInMemory(images: number, endsTogether = STREAM_RECORDS): Promise<Counts> {
  const counts = new Map<string, number>();
  let part = '';
  let accountKey: string | undefined;
  const count = (what: string) =>
    void counts.set(`${part} ${what}`, (counts.get(`${part} ${what}`) ?? 0) + 1);
  const world = createFaultWorld(undefined, () => 0);
  const { client } = world.media.memory;
  const send = client.send.bind(client) as (command: object) => Promise<unknown>;
  Object.assign(client, {
    send(command: object) {
      count(command.constructor.name.replace('Command', ''));
      return send(command);
    },
  });
  countOf(world.ports.objects, ['put', 'get'], count);
  countOf(world.ports.analysisQueue, ['send'], count);

  part = 'upload-image';
  let account: object | undefined;
  for (let index = 0; index < images; index += 1) {
    await sendOne(world, index, account);
    const key: string | undefined = accountKey ?? findAccount(world);
    accountKey = key;
    account = key === undefined ? undefined : world.media.memory.items.get(key);
  }
  part = 'analyze-image';
  await world.drain();
  part = 'announce-changes';
  await announceAll(world, endsTogether, count);
  Object.assign(client, { send });
  return counts;
}

type World = ReturnType<typeof createFaultWorld>;

/** As its request finds it: who asks, the account and the bytes have been read together. */
async function sendOne({ ports, media }: World, index: number, account: object | undefined): Promise<void> {
  await uploadImage(
    {
      bytes: new TextEncoder().encode(`image ${index}`),
      filename: 'a.jpg',
      models: ['food'],
      keep: 'compressed',
      options: OPTIONS,
      isContentPrefetched: true,
    },
    {
      principal,
      origin: { id: `request ${index}`, isRepeat: false },
      prefetched: { openJobs: 0, content: undefined, credits: { userId: principal.userId, account } },
    } as never,
    { ...ports, jobs: media.jobs },
  );
}

async function announceAll({ media }: World, endsTogether: number, count: (what: string) => void) {
  const { settle } = createOutbox(media.table);
  const jobs = media.itemsOf('job');
  for (let start = 0; start < jobs.length; start += endsTogether) {
    const changes = jobs.slice(start, start + endsTogether).map((after) => ({
      entity: 'job' as const,
      before: undefined,
      after: after as never,
    }));
    await announceChanges(changes, {
      publish: async (all) => {
        for (let sent = 0; sent < all.length; sent += PUBLISHED_TOGETHER) count('PublishBatch');
        return new Set();
      },
      settle,
      purgeSegments: async () => {},
    });
  }
}

const findAccount = ({ media }: World) =>
  [...media.memory.items].find(([, item]) => item.__edb_e__ === 'creditAccount')?.[0];

function countOf(port: object, names: readonly string[], count: (what: string) => void): void {
  for (const name of names) {
    const call = Reflect.get(port, name) as (...input: unknown[]) => unknown;
    Reflect.set(port, name, (...input: unknown[]) => {
      count(name);
      return call.apply(port, input);
    });
  }
}
