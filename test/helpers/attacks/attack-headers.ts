import { randomInt } from 'node:crypto';
import { inject, it } from 'vitest';
import { makeImage } from '../make-image.ts';
import { createTestUser } from '../signed-in.ts';
import { playAttacks, someOf } from './play-attacks.ts';

const NAMES: Record<string, string> = {
  'a line of its own': 'a.jpg%0d%0aSet-Cookie:%20attack=1',
  'a line feed': 'a.jpg%0aX-Attack:%201',
  'the end of the head': 'a.jpg%0d%0a%0d%0a<script>alert(1)</script>',
  'a quote': 'a.jpg"; attack="1',
  'another extended name': "a.jpg; filename*=UTF-8''attack.html",
  'a way out': '../../../../etc/passwd',
  'a zero byte': 'a.jpg%00.html',
  markup: '<img src=x onerror=alert(1)>',
  'letters that turn around': 'a%E2%80%AEgpj.exe',
  'percent signs that mean nothing': '%ff%zz',
  'a thousand letters': 'a'.repeat(1000),
};

/** Names of files that would become headers. */
export function attackHeaders(): void {
  it('no name of a file writes a header', async () => {
    const { call } = await createTestUser();
    const { apiUrl } = inject('deployment');
    await playAttacks('API8 misconfiguration', someOf(NAMES), async (name) => {
      const answer = await call('POST /v1/images', {
        bytes: await makeImage(randomInt(2 ** 24)),
        headers: { 'content-type': 'image/jpeg', 'x-filename': name, 'idempotency-key': name.slice(0, 60) },
      });
      if (answer.status >= 500) return String(answer.status);
      if (answer.status >= 400) return undefined;
      const { headers } = await call(`GET /v1/images/${answer.body.image.id}/file`);
      const file = await fetch(new URL(headers.get('location') ?? '', apiUrl));
      const shown = JSON.stringify([...answer.headers, ...headers, ...file.headers]);
      const isImage = file.headers.get('content-type') === 'image/jpeg';
      return isImage && !/"(set-cookie|x-attack)"|onerror|<script>/i.test(shown) ? undefined : shown;
    });
  });
}
