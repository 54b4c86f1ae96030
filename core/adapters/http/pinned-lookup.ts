import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { WebhookUrlRefusedError } from '../../domain/webhooks/webhook-url.ts';

export type ResolveName = (hostname: string) => Promise<LookupAddress[]>;

/**
 * A `lookup` for `net.connect` that hands over the addresses it has checked, so that a name can't point
 * elsewhere between check and connect. One forbidden address among several refuses the name.
 */
export function createPinnedLookup(
  resolve: ResolveName,
  isAllowed: (address: string) => boolean,
): LookupFunction {
  return (hostname, { all }, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined || !addresses.every(({ address }) => isAllowed(address))) {
          callback(new WebhookUrlRefusedError('Its name resolves to an address that is not public.'), []);
        } else if (all === true) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}
