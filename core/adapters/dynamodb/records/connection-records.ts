import type { EntityItem } from 'electrodb';
import type { Topic } from '../../../contracts/live-messages.ts';
import {
  CONNECTION_LIFE_SECONDS,
  type Connection,
  type ConnectionRepository,
  type OpeningCredential,
} from '../../../domain/entities/connection.ts';
import { writeTransaction } from '../table/retrying-transaction.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';

export function createConnectionRecords(table: SegmentryTable, now: () => Date): ConnectionRepository {
  const { connection: connections, connectionOwner: owners } = table.entities;
  const nowSeconds = () => Math.floor(now().getTime() / 1000);
  /** The table drops what is over hours or days later. */
  const isOpen = ({ ttl }: Pick<ConnectionItem, 'ttl'>) => ttl > nowSeconds();
  const key = ({ userId, id }: Connection) => ({ userId, id });

  return {
    async create(id: string, userId: string, { openedBy, expiresAt }: OpeningCredential = {}): Promise<void> {
      const life = nowSeconds() + CONNECTION_LIFE_SECONDS;
      const ttl = expiresAt === undefined ? life : Math.min(life, Math.floor(Date.parse(expiresAt) / 1000));
      await writeTransaction(() =>
        table.transaction
          .write((entities) => [
            entities.connection
              .create({ id, userId, ttl, ...(openedBy !== undefined && { openedBy }) })
              .commit(),
            entities.connectionOwner.create({ id, userId, ttl }).commit(),
          ])
          .go(),
      );
    },

    async find(id: string): Promise<Connection | undefined> {
      const { data: owner } = await owners.get({ id }).go({ consistent: true });
      if (owner === null) return undefined;
      const { data } = await connections.get({ id, userId: owner.userId }).go({ consistent: true });
      return data !== null && isOpen(data) ? toConnection(data) : undefined;
    },

    /** Read consistently: a subscription made before a change gets the change. */
    async listOfUser(userId: string): Promise<Connection[]> {
      const { data } = await connections.query.byUser({ userId }).go({ pages: 'all', consistent: true });
      return data.map((each) => ({ ...toConnection(each), ...(!isOpen(each) && { isOver: true }) }));
    },

    async addTopics(connection: Connection, topics: readonly Topic[]): Promise<void> {
      await connections
        .patch(key(connection))
        .add({ topics: [...topics] })
        .go()
        .catch(unlessConditionFailed);
    },

    async removeTopics(connection: Connection, topics: readonly Topic[]): Promise<void> {
      await connections
        .patch(key(connection))
        .delete({ topics: [...topics] })
        .go()
        .catch(unlessConditionFailed);
    },

    removeAll: (userId: string): Promise<void> => removeConnections(table, userId),

    async remove({ id, userId }: Pick<Connection, 'id' | 'userId'>): Promise<void> {
      await connections.delete({ id, userId }).go();
      await owners.delete({ id }).go();
    },
  };
}

/** Ends a user's WebSockets: all of them, or those of which the session or the API key that has opened them is meant. */
export async function removeConnections(
  { entities: { connection, connectionOwner } }: SegmentryTable,
  userId: string,
  isMeant: (openedBy: string | undefined) => boolean = () => true,
): Promise<void> {
  const { data } = await connection.query.byUser({ userId }).go({ pages: 'all', consistent: true });
  const ended = data.filter(({ openedBy }) => isMeant(openedBy));
  for (const { id } of ended) {
    await connection.delete({ id, userId }).go();
    await connectionOwner.delete({ id }).go();
  }
}

type ConnectionItem = EntityItem<SegmentryTable['entities']['connection']>;

const toConnection = ({ id, userId, topics = [] }: ConnectionItem): Connection => ({
  id,
  userId,
  topics: topics as Topic[],
});
