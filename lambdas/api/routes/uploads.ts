import { createUploadRoute, getUploadRoute } from '../../../core/contracts/http/uploads.ts';
import { type CreateUploadPorts, createUpload } from '../../../core/domain/create-upload.ts';
import { requireOwned } from '../../../core/domain/principal.ts';
import { type Upload, UploadNotFoundError } from '../../../core/domain/upload.ts';
import type { HttpApp } from '../../../core/runtime/http-environment.ts';
import { presentUpload } from '../../../core/runtime/present.ts';

export interface UploadRoutePorts extends CreateUploadPorts {
  readonly uploads: CreateUploadPorts['uploads'] & {
    findWhole(uploadId: string): Promise<Upload | undefined>;
  };
}

export function serveUploads(app: HttpApp, ports: UploadRoutePorts): void {
  app.openapi(createUploadRoute, async (context) => {
    const { upload, url, fields } = await createUpload(
      context.req.valid('json'),
      context.get('principal'),
      ports,
    );
    context.header('location', `/v1/uploads/${upload.id}`);
    return context.json({ id: upload.id, url, fields, expiresAt: upload.expiresAt }, 201);
  });

  app.openapi(getUploadRoute, async (context) => {
    const { id } = context.req.valid('param');
    const upload = requireOwned(
      await ports.uploads.findWhole(id),
      context.get('principal'),
      () => new UploadNotFoundError(id),
    );
    if (upload.status === 'waiting' || upload.status === 'processing') context.header('retry-after', '1');
    return context.json(presentUpload(upload), 200);
  });
}
