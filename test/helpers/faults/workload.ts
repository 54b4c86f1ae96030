import { setTimeout as sleep } from 'node:timers/promises';
import { makeZip } from '../make-zip.ts';
import type { Answer, PersistentClient } from './persistent-client.ts';

/** A user of the run, and what was accepted of theirs. */
export interface FaultUser {
  readonly id: string;
  readonly call: PersistentClient;
  readonly password: string;
  readonly images: Set<string>;
  readonly jobs: Set<string>;
  /** With how many files each has. */
  readonly uploads: Map<string, number>;
  readonly batches: Set<string>;
  readonly deletedImages: Set<string>;
  isErased: boolean;
}

export interface WorkloadOptions {
  readonly users: readonly FaultUser[];
  /** Those who delete their accounts in the middle. */
  readonly leaving: readonly FaultUser[];
  readonly jobCount: number;
  /** Whether there are jobs that kill each worker that takes them. */
  readonly hasPoison: boolean;
  readonly random: () => number;
  /** Makes bytes of an image that nobody else has. */
  readonly newImage: () => Uint8Array;
  /** The same of a video, of two seconds. */
  readonly newVideo: () => Uint8Array;
  /** One whose analysis succeeds, and one whose weights are gone. */
  readonly models: { readonly good: string; readonly poison: string };
  /** Sends S3's message of what has arrived again. */
  readonly repeatArrival: (arrived: {
    key: string;
    versionId: string;
    eTag: string;
    sizeBytes: number;
  }) => void;
}

const CLIENTS = 6;
const SHARES = { direct: 0.2, form: 0.15, zip: 0.25, video: 0.02 } as const;
/** Images of one zip; beside them one file that is no image, and a video in some. */
const ZIP_IMAGES = 10;
const ZIP_VIDEO_SHARE = 0.25;
const BATCH_IMAGES = 10;
const POISON_IMAGES = 3;
/** Of batches. Those that are retried are canceled before. */
const CANCELED_SHARE = 0.25;
const RETRIED_SHARE = 0.25;

type UploadKind = 'image' | 'zip' | 'video';
const CONTENT_TYPES = { image: 'image/jpeg', zip: 'application/zip', video: 'video/mp4' } as const;

type Action = () => Promise<void>;

/** Everything that clients do in one run: uploads by all ways, batches, cancels, retries, deletions. */
export function planWorkload(options: WorkloadOptions) {
  const { users, leaving, jobCount, hasPoison, random, newImage, newVideo, models, repeatArrival } = options;
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
  const anyone = () => {
    const left = leaving.filter(({ isErased }) => !isErased);
    return random() < 0.12 && left.length > 0 ? pick(left) : pick(users);
  };
  const optionsOf = () => ({ confidence: 0.1 + Math.floor(random() * 8000) / 10_000 });

  /** Of one who has left meanwhile nothing is expected. */
  function expectAccepted(user: FaultUser, { status, body }: Answer, wanted: number): boolean {
    if (status === wanted) return true;
    if (user.isErased) return false;
    throw new Error(`Not accepted: ${status} ${JSON.stringify(body).slice(0, 300)}`);
  }

  async function uploadDirectly(user: FaultUser, withJob = true): Promise<string | undefined> {
    const query = withJob
      ? `?models=${models.good}&options=${encodeURIComponent(JSON.stringify(optionsOf()))}`
      : '';
    const answer = await user.call(`POST /v1/images${query}`, { bytes: newImage() });
    if (!expectAccepted(user, answer, 202)) return undefined;
    user.images.add(answer.body.image.id);
    for (const { id } of answer.body.jobs) user.jobs.add(id);
    return answer.body.image.id;
  }

  async function makeFile(kind: UploadKind): Promise<{ bytes: Uint8Array; fileCount: number }> {
    if (kind === 'image') return { bytes: newImage(), fileCount: 1 };
    if (kind === 'video') return { bytes: newVideo(), fileCount: 1 };
    const files = [
      ...Array.from({ length: ZIP_IMAGES }, (_, index) => ({ name: `a/${index}.jpg`, bytes: newImage() })),
      { name: 'notes.txt', bytes: Buffer.from('no image') },
      ...(random() < ZIP_VIDEO_SHARE ? [{ name: 'clip.mp4', bytes: newVideo() }] : []),
    ];
    return { bytes: await makeZip(files), fileCount: files.length };
  }

  async function uploadByForm(user: FaultUser, kind: UploadKind): Promise<void> {
    const { bytes, fileCount } = await makeFile(kind);
    const contentType = CONTENT_TYPES[kind];
    const answer = await user.call('POST /v1/uploads', {
      json: {
        kind,
        filename: `${kind}-file`,
        contentType,
        sizeBytes: bytes.byteLength,
        models: [models.good],
        options: optionsOf(),
      },
    });
    if (!expectAccepted(user, answer, 201)) return;
    user.uploads.set(answer.body.id, fileCount);
    const arrived = await postUntilTaken(answer.body, bytes);
    const key = answer.body.fields.key;
    repeatArrival({ key, sizeBytes: bytes.byteLength, ...arrived });
    if (random() < 0.2) await deleteSome(user);
  }

  async function deleteSome(user: FaultUser): Promise<void> {
    const left = [...user.images].filter((id) => !user.deletedImages.has(id));
    const imageId = left[Math.floor(random() * left.length)];
    if (imageId === undefined) return;
    user.deletedImages.add(imageId);
    const { status } = await user.call(`DELETE /v1/images/${imageId}`);
    if (![204, 404].includes(status) && !user.isErased) throw new Error(`Not deleted: ${status}`);
  }

  async function collectImages(user: FaultUser, count: number): Promise<string[]> {
    const kept = [...user.images].filter((id) => !user.deletedImages.has(id)).slice(0, count);
    while (kept.length < count) {
      const id = await uploadDirectly(user, false);
      if (id === undefined) break;
      kept.push(id);
    }
    return kept;
  }

  async function makeBatch(user: FaultUser): Promise<void> {
    const id = await requestBatch(user, { model: models.good, count: BATCH_IMAGES });
    const luck = random();
    if (id === undefined || luck > CANCELED_SHARE + RETRIED_SHARE) return;
    await sleep(random() * 3000);
    await user.call(`POST /v1/batches/${id}/cancel`);
    if (luck < RETRIED_SHARE) await user.call(`POST /v1/batches/${id}/retry`);
  }

  async function requestBatch(
    user: FaultUser,
    { model, count }: { model: string; count: number },
  ): Promise<string | undefined> {
    const images = await collectImages(user, count);
    const json = { images, models: [model], options: optionsOf() };
    const answer = await user.call('POST /v1/batches', { json });
    // Images may have been deleted meanwhile by another of the user's clients.
    if (answer.status === 422 || !expectAccepted(user, answer, 202)) return undefined;
    user.batches.add(answer.body.id);
    return answer.body.id;
  }

  const makePoison = async (user: FaultUser) =>
    void (await requestBatch(user, { model: models.poison, count: POISON_IMAGES }));

  async function cancelJob(user: FaultUser): Promise<void> {
    const id = [...user.jobs].at(-1);
    if (id !== undefined) await user.call(`POST /v1/jobs/${id}/cancel`);
  }

  async function leave(user: FaultUser): Promise<void> {
    user.isErased = true;
    const json = { currentPassword: user.password };
    const { status, body } = await user.call('DELETE /v1/users/me', { json });
    // A repeat finds the account gone.
    if (![204, 401].includes(status)) throw new Error(`Not left: ${status} ${JSON.stringify(body)}`);
  }

  const times = (count: number, action: () => Action): Action[] =>
    Array.from({ length: Math.max(1, Math.round(count)) }, action);
  const batchShare = 1 - SHARES.direct - SHARES.form - SHARES.zip - SHARES.video;
  const actions = [
    ...times(jobCount * SHARES.direct, () => () => uploadDirectly(anyone()).then(() => {})),
    ...times(jobCount * SHARES.form, () => () => uploadByForm(anyone(), 'image')),
    ...times((jobCount * SHARES.zip) / ZIP_IMAGES, () => () => uploadByForm(anyone(), 'zip')),
    ...times(jobCount * SHARES.video, () => () => uploadByForm(anyone(), 'video')),
    ...times((jobCount * batchShare) / BATCH_IMAGES, () => () => makeBatch(anyone())),
    ...times(jobCount / 60, () => () => cancelJob(pick(users))),
  ];
  const shuffled = actions
    .map((action) => ({ action, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ action }) => action);
  // It takes five deliveries until poison is given up: it is begun before the rest.
  if (hasPoison) shuffled.unshift(...users.map((user) => () => makePoison(user)));
  for (const [index, user] of leaving.entries()) {
    const at = 0.7 - (0.4 * index) / leaving.length;
    shuffled.splice(Math.floor(shuffled.length * at), 0, () => leave(user));
  }

  return {
    count: shuffled.length,
    /**
     * @param at is told how many have begun before each.
     * @param untilMs nothing is begun after that time.
     * @returns how many were not begun.
     */
    async run(at: (begun: number) => Promise<void> | void, untilMs: number): Promise<number> {
      let begun = 0;
      const client = async () => {
        while (Date.now() < untilMs) {
          const action = shuffled.shift();
          if (action === undefined) return;
          begun += 1;
          await at(begun);
          await action();
        }
      };
      await Promise.all(Array.from({ length: CLIENTS }, client));
      return shuffled.length;
    },
  };
}

/** Sends a file by its form, again where the emulator is not there. */
async function postUntilTaken(
  { url, fields }: { url: string; fields: Record<string, string> },
  bytes: Uint8Array,
): Promise<{ versionId: string; eTag: string }> {
  for (let attempt = 1; attempt <= 60; attempt += 1) {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.append(name, value);
    data.append('file', new Blob([Buffer.from(bytes)]));
    const response = await fetch(url, { method: 'POST', body: data }).catch(() => undefined);
    await response?.arrayBuffer().catch(() => undefined);
    if (response?.ok) {
      const versionId = response.headers.get('x-amz-version-id') ?? '';
      return { versionId, eTag: response.headers.get('etag') ?? '' };
    }
    await sleep(500);
  }
  throw new Error('The form was not taken.');
}
