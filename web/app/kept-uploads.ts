export interface UploadChoice {
  readonly models: readonly string[];
  readonly dataset: string | undefined;
  /** Of videos: how many are looked at. */
  readonly framesPerSecond?: number;
}

/** A file on its way, as it outlives a reload. */
export interface KeptUpload {
  /** Names the upload to the service: sent again under it, nothing is stored or paid twice. */
  readonly key: string;
  /** Whose upload it is: nobody else's session goes on with it. */
  readonly owner: string;
  readonly file: File;
  readonly choice: UploadChoice;
}

const DATABASE = 'segmentry';
const STORE = 'uploads';

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'key' });
  return settled(request);
}

const settled = <Value>(request: IDBRequest<Value>) =>
  new Promise<Value>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

let database: Promise<IDBDatabase> | undefined;

async function withStore<Value>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<Value>,
): Promise<Value | undefined> {
  try {
    database ??= open();
    return await settled(work((await database).transaction(STORE, mode).objectStore(STORE)));
  } catch {
    // A browser that keeps nothing (a private window, a full disk) uploads all the same; only a reload ends it.
    return undefined;
  }
}

export const keepUpload = (upload: KeptUpload) => withStore('readwrite', (store) => store.put(upload));
export const forgetUpload = (key: string) => withStore('readwrite', (store) => store.delete(key));

/** Those that no tab is sending. */
export async function listKept(owner: string): Promise<KeptUpload[]> {
  const [kept = [], locks] = await Promise.all([
    withStore<KeptUpload[]>('readonly', (store) => store.getAll()),
    navigator.locks?.query(),
  ]);
  const held = new Set(locks?.held?.map(({ name }) => name));
  return kept.filter((upload) => upload.owner === owner && !held.has(lockName(upload.key)));
}

const lockName = (key: string) => `segmentry-upload ${key}`;

/** Says to other tabs that this one has the upload, until the tab is closed or what is returned is called. */
export function holdUpload(key: string): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  void navigator.locks?.request(lockName(key), () => promise);
  return resolve;
}
