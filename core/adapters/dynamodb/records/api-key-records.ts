import type { ApiKey, ApiKeyRepository } from '../../../domain/entities/api-key.ts';
import { deleteAll } from '../table/delete-all.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { removeConnections } from './connection-records.ts';

/** Where a key is revoked, the WebSockets end that it has opened. */
export function createApiKeyRecords(table: SegmentryTable): ApiKeyRepository {
  const { apiKey: apiKeys } = table.entities;

  /** Newest first. A user has few. */
  const list = async (userId: string): Promise<ApiKey[]> => {
    const { data } = await apiKeys.query.byUser({ userId }).go({ pages: 'all', order: 'desc' });
    return data;
  };

  return {
    list,

    async create(apiKey: ApiKey): Promise<void> {
      const { expiresAt } = apiKey;
      const ttl = expiresAt === undefined ? {} : { ttl: Math.ceil(Date.parse(expiresAt) / 1000) };
      await apiKeys.put({ ...apiKey, scopes: [...apiKey.scopes], ...ttl }).go();
    },

    async removeAll(userId: string): Promise<void> {
      const listed = await list(userId);
      await deleteAll(
        listed.map(({ hash }) => ({ hash })),
        (some) => apiKeys.delete(some),
      );
      await removeConnections(table, userId, (openedBy) => openedBy?.startsWith('key_') === true);
    },

    async remove(userId: string, id: string): Promise<boolean> {
      const apiKey = (await list(userId)).find((each) => each.id === id);
      if (apiKey === undefined) return false;
      await apiKeys.delete({ hash: apiKey.hash }).go();
      await removeConnections(table, userId, (openedBy) => openedBy === id);
      return true;
    },
  };
}
