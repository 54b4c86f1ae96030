import {
  createUploadRoute,
  getUploadRoute,
  listRefusedEntriesRoute,
} from '../../../core/contracts/http/uploads.ts';
import type { UploadRepository } from '../../../core/domain/entities/upload.ts';
import { type CreateUploadPorts, createUpload } from '../../../core/domain/uploads/create-upload.ts';
import { findOwnUpload, listRefusedEntries } from '../../../core/domain/uploads/list-refused-entries.ts';
import type { HttpApp } from '../../../core/runtime/http-environment.ts';
import { prefetching } from '../../../core/runtime/prefetch.ts';
import { presentUpload } from '../../../core/runtime/present.ts';

export interface UploadRoutePorts extends CreateUploadPorts {
  readonly uploads: Pick<UploadRepository, 'find' | 'create' | 'findWhole'>;
}

export function serveUploads(app: HttpApp, ports: UploadRoutePorts): void {
  app.openapi(
    prefetching(createUploadRoute, ({ body }) => ({ dataset: body.dataset, openJobs: true, credits: true })),
    async (context) => {
      const { upload, url, fields } = await createUpload(context.req.valid('json'), context.var, ports);
      context.header('location', `/v1/uploads/${upload.id}`);
      const { id, expiresAt, webhookId: webhook } = upload;
      return context.json({ id, url, fields, expiresAt, ...(webhook !== undefined && { webhook }) }, 201);
    },
  );

  app.openapi(getUploadRoute, async (context) => {
    const { id } = context.req.valid('param');
    const upload = await findOwnUpload(id, context.get('principal'), ports.uploads);
    if (upload.status === 'waiting' || upload.status === 'processing') context.header('retry-after', '1');
    return context.json(presentUpload(upload), 200);
  });

  app.openapi(listRefusedEntriesRoute, async (context) => {
    const { id } = context.req.valid('param');
    const query = context.req.valid('query');
    return context.json(await listRefusedEntries(id, query, context.get('principal'), ports.uploads), 200);
  });
}
