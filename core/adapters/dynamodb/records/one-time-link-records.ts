import type { OneTimeLink, OneTimeLinkPorts } from '../../../domain/accounts/one-time-link.ts';
import type { RegisterUserPorts } from '../../../domain/accounts/register-user.ts';
import { writeTransaction } from '../table/retrying-transaction.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';

export function createOneTimeLinkRecords(
  table: SegmentryTable,
  now: () => Date,
): OneTimeLinkPorts['links'] & RegisterUserPorts['links'] {
  const { oneTimeLink: links } = table.entities;

  return {
    async create(link: OneTimeLink): Promise<void> {
      await links.put({ ...link, ttl: Math.ceil(Date.parse(link.expiresAt) / 1000) }).go();
    },

    async isGood(hash: string, purpose: OneTimeLink['purpose']): Promise<boolean> {
      const { data } = await links.get({ hash }).go({ consistent: true });
      return data?.purpose === purpose && data.expiresAt > now().toISOString();
    },

    async take(hash: string, purpose: OneTimeLink['purpose']): Promise<OneTimeLink | undefined> {
      const { data: link } = await links.get({ hash }).go({ consistent: true });
      // A transaction has a token: where its answer was lost, the SDK asks again and hears that it was written.
      const failed = await writeTransaction(() =>
        table.transaction
          .write(({ oneTimeLink }) => [
            oneTimeLink
              .remove({ hash })
              .where(
                (each, { eq, gt }) =>
                  `${eq(each.purpose, purpose)} AND ${gt(each.expiresAt, now().toISOString())}`,
              )
              .commit(),
          ])
          .go(),
      );
      return failed.length === 0 && link !== null ? link : undefined;
    },
  };
}
