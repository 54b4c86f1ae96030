import type { OneTimeLink, OneTimeLinkPorts } from '../../../domain/accounts/one-time-link.ts';
import type { RegisterUserPorts } from '../../../domain/accounts/register-user.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';

export function createOneTimeLinkRecords(
  table: SegmentryTable,
  now: () => Date,
): OneTimeLinkPorts['links'] & RegisterUserPorts['links'] {
  const { oneTimeLink: links } = table.entities;

  return {
    async create(link: OneTimeLink): Promise<void> {
      await links.create({ ...link, ttl: Math.ceil(Date.parse(link.expiresAt) / 1000) }).go();
    },

    async isGood(hash: string, purpose: OneTimeLink['purpose']): Promise<boolean> {
      const { data } = await links.get({ hash }).go({ consistent: true });
      return data?.purpose === purpose && data.expiresAt > now().toISOString();
    },

    async take(hash: string, purpose: OneTimeLink['purpose']): Promise<OneTimeLink | undefined> {
      const { data } = await links
        .remove({ hash })
        .where(
          (link, { eq, gt }) => `${eq(link.purpose, purpose)} AND ${gt(link.expiresAt, now().toISOString())}`,
        )
        .go({ response: 'all_old' })
        .catch(unlessConditionFailed);
      return data ?? undefined;
    },
  };
}
