import { expect, inject, it } from 'vitest';
import { makeImage } from '../make-image.ts';
import { createTestAdmin, createTestUser } from '../signed-in.ts';
import { playAttacks } from './play-attacks.ts';
import { readLogs } from './read-logs.ts';

/** What secrets look like, whoever has caused them to be written. */
const SECRETS: Record<string, RegExp> = {
  'an access token': /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/,
  'an API key': /sk_[0-9a-f]{32}_[\w-]{20,}/,
  'a refresh token': /rt_[0-9a-f]{32}_[\w-]{20,}/,
  'the secret of a webhook': /whsec_[\w+/=-]{10,}/,
  'what signs a URL': /X-Amz-Signature=[0-9a-f]{16,}/i,
  "a URL's session token": /X-Amz-Security-Token=\w+/i,
  'the policy of a form': /"?policy"?["=: ]+eyJ[\w+/=]{20,}/i,
  'the hash of a password': /scrypt|passwordHash/i,
  'an Authorization header': /"?authorization"?["=: ]+(Bearer|Basic|AWS4)/i,
  'a password': /"(currentP|p)assword(Confirmation)?"\s*:/,
  'the secret of a role': /AWS_SECRET_ACCESS_KEY|aws_secret_access_key/i,
  'a private key': /BEGIN (EC |RSA )?PRIVATE KEY/,
};

/** Looks for secrets in all logs: it comes last, so that they tell of the whole suite. */
export function attackLogs(): void {
  it('no log holds a secret, a token or a signed URL', async () => {
    const [user, admin] = [await createTestUser(), await createTestAdmin()];
    const { body: key } = await user.call('POST /v1/api-keys', { json: { name: 'k', scopes: ['read'] } });
    const json = { url: 'http://127.0.0.1:9/', events: ['upload.*'] };
    const { body: webhook } = await user.call('POST /v1/webhooks', { json });
    await user.call(`POST /v1/webhooks/${webhook.id}/test`);
    const { body: reset } = await admin.call(`POST /v1/users/${user.id}/password-reset`);
    const { body: invite } = await admin.call('POST /v1/invites');
    const bytes = await makeImage(9200);
    const { body } = await user.call('POST /v1/images', { bytes, headers: { 'content-type': 'image/jpeg' } });
    const { headers } = await user.call(`GET /v1/images/${body.image.id}/file`);
    const own = {
      'the password': user.password,
      'the access token': user.accessToken,
      'the refresh token': user.refreshToken,
      'the API key': key.key,
      "the webhook's secret": webhook.secret,
      'the reset': reset.token,
      'the invite': invite.token,
      'the signed URL': new URL(headers.get('location') ?? '').search,
    };
    const logs = await readLogs(inject('deployment'));
    const all = Object.values(logs).join('\n');
    expect(all).toContain('A request was answered');
    await playAttacks('API8 misconfiguration', { ...own, ...SECRETS }, async (secret) => {
      const found = Object.entries(logs).find(([, text]) =>
        typeof secret === 'string' ? text.includes(secret) : secret.test(text),
      );
      if (found === undefined) return undefined;
      const [group, text] = found;
      const at = typeof secret === 'string' ? text.indexOf(secret) : text.search(secret);
      return `${group}: ${text.slice(Math.max(0, at - 200), at + 60)}`;
    });
  });
}
