import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { holds, type Placeholders, update } from './expressions.ts';
import { itemBytes, LIMITS, pageOf } from './limits.ts';

type Item = Record<string, unknown>;

/** What a test does around every call: waits for its turn, fails before the call or after it. */
export type AroundCall = <Answer>(command: string, run: () => Answer) => Promise<Answer>;

interface ItemRequest extends Placeholders {
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

interface QueryRequest extends Placeholders {
  readonly IndexName?: string;
  readonly KeyConditionExpression: string;
  readonly FilterExpression?: string;
  readonly ScanIndexForward?: boolean;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Item;
}

/** By table. */
type BatchWrites = Readonly<Record<string, readonly BatchWrite[]>>;

interface BatchWrite {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}

interface Requests {
  readonly GetCommand: { readonly Key: Item };
  readonly PutCommand: ItemRequest;
  readonly UpdateCommand: ItemRequest;
  readonly DeleteCommand: ItemRequest;
  readonly QueryCommand: QueryRequest;
  readonly BatchGetCommand: { readonly RequestItems: Readonly<Record<string, { readonly Keys: Item[] }>> };
  readonly BatchWriteCommand: { readonly RequestItems: BatchWrites };
  readonly TransactGetCommand: { readonly TransactItems: { readonly Get: { readonly Key: Item } }[] };
  readonly TransactWriteCommand: { readonly TransactItems: Readonly<Record<string, ItemRequest>>[] };
}

/**
 * A DynamoDB table in memory that evaluates the conditions and updates it is sent, so that an adapter is tested
 * by the very expressions it sends. Each call is atomic; what it does not know of DynamoDB it refuses, and what is too
 * large for DynamoDB too.
 */
export class MemoryTable {
  readonly items = new Map<string, Item>();
  readonly client: DynamoDBDocumentClient;
  #around: AroundCall = async (_, run) => run();
  #refusesHalf = false;

  constructor() {
    const send = (command: { constructor: { name: string }; input: unknown }) => {
      const name = command.constructor.name as keyof Requests;
      if (!Object.hasOwn(this.#commands, name)) throw new Error(`${name} is not known here.`);
      return this.#around(name, () =>
        structuredClone(this.#commands[name](structuredClone(command.input) as never)),
      );
    };
    this.client = { send } as unknown as DynamoDBDocumentClient;
  }

  /** Empties the table. */
  reset(around: AroundCall): void {
    this.items.clear();
    this.#around = around;
    this.#refusesHalf = false;
  }

  /** Leaves half of each batch of writes unprocessed from here on, as a table that is too busy does. */
  throttleBatchWrites(): void {
    this.#refusesHalf = true;
  }

  readonly #commands: { [Name in keyof Requests]: (request: Requests[Name]) => object } = {
    GetCommand: ({ Key }) => this.#found(Key),
    PutCommand: (request) => this.#writeOne('Put', request),
    UpdateCommand: (request) => this.#writeOne('Update', request),
    DeleteCommand: (request) => this.#writeOne('Delete', request),
    QueryCommand: (request) => this.#query(request),
    BatchGetCommand: ({ RequestItems }) => this.#batchGet(RequestItems),
    BatchWriteCommand: ({ RequestItems }) => this.#batchWrite(RequestItems),
    TransactGetCommand: ({ TransactItems }) => ({
      Responses: TransactItems.map(({ Get }) => this.#found(Get.Key)),
    }),
    TransactWriteCommand: ({ TransactItems }) => this.#transact(TransactItems),
  };

  #found(key: Item): object {
    const item = this.items.get(keyOf(key));
    return item === undefined ? {} : { Item: item };
  }

  #transact(parts: Requests['TransactWriteCommand']['TransactItems']): object {
    const operations = parts.flatMap((part) => Object.entries(part));
    const keys = operations.map(([, request]) => keyOf(request.Key ?? request.Item ?? {}));
    if (operations.length > LIMITS.transactionItems) throw invalid('A transaction has too many items.');
    if (new Set(keys).size < keys.length) throw invalid('A transaction has an item twice.');
    const reasons = operations.map(([, request]) =>
      this.#mayWrite(request)
        ? { Code: 'None' }
        : { Code: 'ConditionalCheckFailed', ...this.#toldOnFailure(request) },
    );
    if (reasons.some(({ Code }) => Code !== 'None')) {
      throw Object.assign(new Error('Transaction cancelled'), {
        name: 'TransactionCanceledException',
        CancellationReasons: reasons,
      });
    }
    const written = operations.map(([kind, request]) => [request, this.#written(kind, request)] as const);
    const bytes = written.reduce((sum, [, item]) => sum + itemBytes(item ?? {}), 0);
    if (bytes > LIMITS.transactionBytes) throw invalid('A transaction has too many bytes.');
    for (const [request, item] of written) this.#write(request, item);
    return {};
  }

  /** What lies in the place of a part that asks for it, in the form of the service, which no client reads for us. */
  #toldOnFailure({ Key, Item, ReturnValuesOnConditionCheckFailure: told }: ItemRequest): object {
    const before = this.items.get(keyOf(Key ?? Item ?? {}));
    return told === 'ALL_OLD' && before !== undefined
      ? { Item: marshall(before, { removeUndefinedValues: true }) }
      : {};
  }

  #writeOne(kind: string, request: ItemRequest): object {
    if (!this.#mayWrite(request)) {
      throw Object.assign(new Error('The conditional request failed'), {
        name: 'ConditionalCheckFailedException',
      });
    }
    const before = this.items.get(keyOf(request.Key ?? {}));
    const after = this.#written(kind, request);
    this.#write(request, after);
    const attributes = kind === 'Delete' ? before : after;
    return attributes === undefined ? {} : { Attributes: attributes };
  }

  #mayWrite(request: ItemRequest): boolean {
    const before = this.items.get(keyOf(request.Key ?? request.Item ?? {})) ?? {};
    return holds(request.ConditionExpression, before, request);
  }

  /** The item as the request leaves it; undefined where it is gone then. */
  #written(kind: string, request: ItemRequest): Item | undefined {
    if (kind === 'Delete') return undefined;
    const before = this.items.get(keyOf(request.Key ?? {})) ?? request.Key ?? {};
    const item = kind === 'Put' ? request.Item : update(request.UpdateExpression ?? '', before, request);
    if (itemBytes(item ?? {}) > LIMITS.itemBytes) throw invalid('An item has too many bytes.');
    return item ?? {};
  }

  #write(request: ItemRequest, item: Item | undefined): void {
    const key = keyOf(request.Key ?? request.Item ?? {});
    if (item === undefined) this.items.delete(key);
    else this.items.set(key, item);
  }

  #query(request: QueryRequest): object {
    const index = request.IndexName ?? '';
    const sortKey = `${index}sk`;
    // What lies at the same place of an index has an order all the same.
    const placeOf = (item: Item) => [String(item[sortKey]), String(item.pk), String(item.sk)].join('\u0000');
    const sign = request.ScanIndexForward === false ? -1 : 1;
    const compare = (a: Item, b: Item) =>
      placeOf(a) < placeOf(b) ? -sign : placeOf(a) > placeOf(b) ? sign : 0;
    const start = request.ExclusiveStartKey;
    const found = [...this.items.values()]
      .filter((item) => holds(request.KeyConditionExpression, item, request))
      .filter((item) => start === undefined || compare(item, start) > 0)
      .sort(compare);
    const limit = request.Limit ?? Number.POSITIVE_INFINITY;
    const page = pageOf(found, { limit, bytes: LIMITS.pageBytes });
    const last = page.at(-1);
    const keyNames = [...new Set(['pk', 'sk', `${index}pk`, sortKey])];
    return {
      Items: page.filter((item) => holds(request.FilterExpression, item, request)),
      ...(last !== undefined &&
        (page.length < found.length || page.length === limit) && {
          LastEvaluatedKey: Object.fromEntries(keyNames.map((name) => [name, last[name]])),
        }),
    };
  }

  #batchGet(requests: Requests['BatchGetCommand']['RequestItems']): object {
    const asked = Object.entries(requests).flatMap(([table, { Keys }]) =>
      Keys.map((key) => ({ table, key })),
    );
    if (asked.length > LIMITS.batchGetKeys) throw invalid('Too many keys.');
    const found = asked.flatMap(({ key }): Item[] => {
      const item = this.items.get(keyOf(key));
      return item === undefined ? [] : [item];
    });
    const answered = new Set(
      pageOf(found, { limit: LIMITS.batchGetKeys, bytes: LIMITS.batchGetBytes }).map(keyOf),
    );
    const left = asked.filter(({ key }) => this.items.has(keyOf(key)) && !answered.has(keyOf(key)));
    const items = asked.flatMap(({ table, key }) =>
      answered.has(keyOf(key)) ? [{ table, each: this.items.get(keyOf(key)) as Item }] : [],
    );
    return {
      Responses: Object.fromEntries(
        Object.keys(requests).map((table) => [
          table,
          items.filter((item) => item.table === table).map(({ each }) => each),
        ]),
      ),
      UnprocessedKeys: Object.fromEntries(
        [...Map.groupBy(left, ({ table }) => table)].map(([table, keys]) => [
          table,
          { Keys: keys.map(({ key }) => key) },
        ]),
      ),
    };
  }

  #batchWrite(requests: BatchWrites): object {
    const writes = Object.values(requests).flat();
    if (writes.length > LIMITS.batchWriteItems) throw invalid('Too many items.');
    const left = this.#refusesHalf ? writes.slice(Math.ceil(writes.length / 2)) : [];
    for (const write of writes) {
      if (left.includes(write)) continue;
      const { PutRequest, DeleteRequest } = write;
      if (DeleteRequest !== undefined) this.items.delete(keyOf(DeleteRequest.Key));
      if (PutRequest !== undefined) this.#write({ Item: PutRequest.Item }, this.#written('Put', PutRequest));
    }
    const [table = ''] = Object.keys(requests);
    return { UnprocessedItems: left.length === 0 ? {} : { [table]: left } };
  }
}

const keyOf = (key: Item) => `${key.pk} ${key.sk}`;

const invalid = (message: string) => Object.assign(new Error(message), { name: 'ValidationException' });
