import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { holds, type Placeholders, update } from './expressions.ts';

type Item = Record<string, unknown>;

/** What a test does around every call: waits for its turn, fails before the call or after it. */
export type AroundCall = <Answer>(command: string, run: () => Answer) => Promise<Answer>;

interface ItemRequest extends Placeholders {
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
}

interface QueryRequest extends Placeholders {
  readonly IndexName?: string;
  readonly KeyConditionExpression: string;
  readonly FilterExpression?: string;
  readonly ScanIndexForward?: boolean;
}

interface Requests {
  readonly GetCommand: { readonly Key: Item };
  readonly PutCommand: ItemRequest;
  readonly UpdateCommand: ItemRequest;
  readonly DeleteCommand: ItemRequest;
  readonly QueryCommand: QueryRequest;
  readonly BatchGetCommand: { readonly RequestItems: Readonly<Record<string, { readonly Keys: Item[] }>> };
  readonly BatchWriteCommand: {
    readonly RequestItems: Readonly<Record<string, { readonly DeleteRequest: { readonly Key: Item } }[]>>;
  };
  readonly TransactGetCommand: { readonly TransactItems: { readonly Get: { readonly Key: Item } }[] };
  readonly TransactWriteCommand: { readonly TransactItems: Readonly<Record<string, ItemRequest>>[] };
}

/** The most items that DynamoDB takes in one transaction. */
const TRANSACTION_LIMIT = 100;

/**
 * A DynamoDB table in memory that evaluates the conditions and updates it is sent, so that an adapter is tested
 * by the very expressions it sends. Each call is atomic; what it does not know of DynamoDB it refuses.
 */
export class MemoryTable {
  readonly items = new Map<string, Item>();
  readonly client: DynamoDBDocumentClient;
  #around: AroundCall = async (_, run) => run();

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
  }

  readonly #commands: { [Name in keyof Requests]: (request: Requests[Name]) => object } = {
    GetCommand: ({ Key }) => this.#found(Key),
    PutCommand: (request) => this.#writeOne('Put', request),
    UpdateCommand: (request) => this.#writeOne('Update', request),
    DeleteCommand: (request) => this.#writeOne('Delete', request),
    QueryCommand: (request) => ({ Items: this.#query(request) }),
    BatchGetCommand: ({ RequestItems }) => ({
      UnprocessedKeys: {},
      Responses: Object.fromEntries(
        Object.entries(RequestItems).map(([table, { Keys }]) => [
          table,
          Keys.flatMap((key) => this.items.get(keyOf(key)) ?? []),
        ]),
      ),
    }),
    BatchWriteCommand: ({ RequestItems }) => {
      for (const { DeleteRequest } of Object.values(RequestItems).flat())
        this.#apply('Delete', DeleteRequest);
      return { UnprocessedItems: {} };
    },
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
    if (operations.length > TRANSACTION_LIMIT) throw invalid('A transaction has too many items.');
    if (new Set(keys).size < keys.length) throw invalid('A transaction has an item twice.');
    const reasons = operations.map(([, request]) => ({
      Code: this.#mayWrite(request) ? 'None' : 'ConditionalCheckFailed',
    }));
    if (reasons.some(({ Code }) => Code !== 'None')) {
      throw Object.assign(new Error('Transaction cancelled'), {
        name: 'TransactionCanceledException',
        CancellationReasons: reasons,
      });
    }
    for (const [kind, request] of operations) this.#apply(kind, request);
    return {};
  }

  #writeOne(kind: string, request: ItemRequest): object {
    if (!this.#mayWrite(request)) {
      throw Object.assign(new Error('The conditional request failed'), {
        name: 'ConditionalCheckFailedException',
      });
    }
    const attributes = this.#apply(kind, request);
    return attributes === undefined ? {} : { Attributes: attributes };
  }

  #mayWrite(request: ItemRequest): boolean {
    const before = this.items.get(keyOf(request.Key ?? request.Item ?? {})) ?? {};
    return holds(request.ConditionExpression, before, request);
  }

  #apply(kind: string, request: ItemRequest): Item | undefined {
    const key = keyOf(request.Key ?? request.Item ?? {});
    if (kind === 'Delete') {
      const before = this.items.get(key);
      this.items.delete(key);
      return before;
    }
    if (kind === 'Put') this.items.set(key, request.Item ?? {});
    if (kind === 'Update') {
      const before = this.items.get(key) ?? request.Key ?? {};
      this.items.set(key, update(request.UpdateExpression ?? '', before, request));
    }
    return this.items.get(key);
  }

  #query(request: QueryRequest): Item[] {
    const sortKey = request.IndexName === undefined ? 'sk' : `${request.IndexName}sk`;
    const found = [...this.items.values()]
      .filter((item) => holds(request.KeyConditionExpression, item, request))
      .filter((item) => holds(request.FilterExpression, item, request))
      .sort((a, b) => (String(a[sortKey]) < String(b[sortKey]) ? -1 : 1));
    return request.ScanIndexForward === false ? found.reverse() : found;
  }
}

const keyOf = (key: Item) => `${key.pk} ${key.sk}`;

const invalid = (message: string) => Object.assign(new Error(message), { name: 'ValidationException' });
