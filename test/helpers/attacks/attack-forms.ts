import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, inject, it } from 'vitest';
import { createUploadPresigner } from '../../../core/adapters/s3/presign-upload.ts';
import type { PresignedForm } from '../../../core/domain/uploads/create-upload.ts';
import { createAwsClients } from '../aws-clients.ts';
import { makeImage } from '../make-image.ts';
import { needs } from '../needs.ts';
import { postForm, sendPresigned, waitForEnd } from '../pipeline.ts';
import { createTestUser } from '../signed-in.ts';
import { playAttacks } from './play-attacks.ts';

type Sent = [form: PresignedForm, bytes: Uint8Array];

/** Presigned forms, sent as they were not meant to be. */
export function attackForms(): void {
  const deployment = inject('deployment');
  const presign = createUploadPresigner(createAwsClients(deployment).s3, deployment.outputs.BucketName);
  const key = `uploads/upl_${'0'.repeat(32)}`;
  const small = { key, contentType: 'image/jpeg', limitBytes: 1000, expirySeconds: 60 };

  describe('a presigned form', () => {
    needs(deployment.emulator === 'ministack', 'signatures that are checked are');
    it('takes nothing but what it was made for', async () => {
      const [owner, stranger] = [await createTestUser(), await createTestUser()];
      const json = { kind: 'image', filename: 'a.jpg', contentType: 'image/jpeg', sizeBytes: 10 };
      const { body: form } = await owner.call('POST /v1/uploads', { json });
      const { body: other } = await stranger.call('POST /v1/uploads', { json });
      const bytes = await makeImage(9001);
      const [fields, tight, short] = [
        form.fields as Record<string, string>,
        await presign(small),
        await presign({ ...small, expirySeconds: 1 }),
      ];
      const changed = (changes: Record<string, string | undefined>): Sent => [
        { url: form.url, fields: defined({ ...fields, ...changes }) },
        bytes,
      ];
      await sleep(2500);
      const attacks: Record<string, Sent> = {
        ...Object.fromEntries(
          Object.entries({
            "another's": other.fields.key,
            'an image': 'images/0',
            weights: 'models/evil/1.onnx',
            'a result': 'results/job_1.json',
            'the root': 'index.html',
            'one that leads out': `${fields.key}/../../images/x`,
            'a longer one': `${fields.key}x`,
            // biome-ignore lint/suspicious/noTemplateCurlyInString: S3 fills it in.
            'that of the file': '${filename}',
          }).map(([name, each]) => [`with the key of ${name}`, changed({ key: each })]),
        ),
        'without a key': changed({ key: undefined }),
        'as HTML': changed({ 'Content-Type': 'text/html' }),
        'as an SVG': changed({ 'Content-Type': 'image/svg+xml' }),
        'without a type': changed({ 'Content-Type': undefined }),
        'without its policy': changed({ Policy: undefined }),
        'without its signature': changed({ 'X-Amz-Signature': undefined }),
        'with another signature': changed({ 'X-Amz-Signature': '0'.repeat(64) }),
        "with another form's signature": changed({ 'X-Amz-Signature': other.fields['X-Amz-Signature'] }),
        "with another form's policy": changed({ Policy: other.fields.Policy }),
        'with a policy that ends later': changed({
          Policy: editPolicy(fields.Policy, (policy) => ({ ...policy, expiration: '2099-01-01T00:00:00Z' })),
        }),
        'with a policy of no conditions': changed({
          Policy: editPolicy(fields.Policy, (policy) => ({ ...policy, conditions: [] })),
        }),
        'with another day': changed({ 'X-Amz-Date': '20200101T000000Z' }),
        "with another's credential": changed({
          'X-Amz-Credential': 'AKIA/20200101/us-east-1/s3/aws4_request',
        }),
        'with another algorithm': changed({ 'X-Amz-Algorithm': 'none' }),
        'for everybody to read': changed({ acl: 'public-read' }),
        'with metadata': changed({ 'x-amz-meta-user': stranger.id }),
        'with a redirect': changed({ success_action_redirect: 'https://evil.example/' }),
        'with a disposition': changed({ 'Content-Disposition': 'inline' }),
        'with a tag': changed({ tagging: '<Tagging/>' }),
        'with a redirect of the object': changed({
          'x-amz-website-redirect-location': 'https://evil.example/',
        }),
        'with more bytes than it may': [tight, Buffer.alloc(1001)],
        'with no bytes': [tight, Buffer.alloc(0)],
        'after its end': [short, Buffer.alloc(10)],
      };
      await playAttacks('API4 resource consumption', attacks, async ([sent, body]) => {
        const { status } = await postForm(sent, body);
        return status >= 400 && status < 500 ? undefined : String(status);
      });
      const object = `${form.url.replace(/\/$/, '')}/${fields.key}`;
      const methods = { GET: 'GET', PUT: 'PUT', DELETE: 'DELETE', HEAD: 'HEAD', LIST: 'GET' };
      await playAttacks('API8 misconfiguration', methods, async (method, name) => {
        const url = name === 'LIST' ? form.url : object;
        const { status } = await fetch(url, { method, ...(method === 'PUT' && { body: 'x' }) });
        return status === 403 || status === 401 ? undefined : String(status);
      });
    });

    it('that is sent a second time changes nothing', async () => {
      const { call } = await createTestUser();
      const first = await makeImage(9002);
      const { id, form } = await sendPresigned(call, {
        bytes: first,
        filename: 'a.jpg',
        contentType: 'image/jpeg',
      });
      const before = await waitForEnd(call, `/v1/uploads/${id}`);
      expect(before.images).toHaveLength(1);
      const seconds = {
        'another image': await makeImage(9003),
        'an SVG': Buffer.from('<svg/>'),
        'the same again': first,
      };
      await playAttacks('API6 sensitive flows', seconds, async (bytes) => {
        await postForm(form, bytes);
        await sleep(2000);
        const { body } = await call(`GET /v1/uploads/${id}`);
        const { body: images } = await call('GET /v1/images');
        return JSON.stringify(body.images) === JSON.stringify(before.images) && images.items.length === 1
          ? undefined
          : JSON.stringify({ body, images });
      });
    });
  });
}

const defined = (fields: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;

const editPolicy = (policy = '', edit: (policy: object) => object) =>
  Buffer.from(JSON.stringify(edit(JSON.parse(Buffer.from(policy, 'base64').toString())))).toString('base64');
