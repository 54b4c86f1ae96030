export interface ObjectsToList {
  readonly folder: string;
  /** A key, there or not, after which the list begins; the folder's beginning by default. */
  readonly after?: string;
  /** At most 1,000. */
  readonly limit: number;
}

export interface ListedObject {
  readonly key: string;
  readonly writtenAt: Date;
}

/** What lies in the bucket, by its key. Use cases take a `Pick` of it. */
export interface ObjectStore {
  /** In the order of their keys. */
  list(wanted: ObjectsToList): Promise<ListedObject[]>;
  has(key: string): Promise<boolean>;
  get(key: string): Promise<Uint8Array>;
  /** In pieces, for what is too large for memory. */
  read(key: string): AsyncIterable<Uint8Array>;
  put(key: string, body: Uint8Array | string, contentType: string): Promise<void>;
  putPieces(key: string, pieces: AsyncIterable<string | Uint8Array>, contentType: string): Promise<void>;
  remove(key: string): Promise<void>;
}
