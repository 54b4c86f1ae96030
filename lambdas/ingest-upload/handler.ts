import { ObjectCreatedMessage } from '../../core/contracts/messages.ts';
import { type IngestUploadPorts, ingestUpload } from '../../core/domain/ingest-upload.ts';
import { queueHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

/** Takes in the objects that S3 tells of. */
export const createHandler = (ports: IngestUploadPorts, telemetry: Telemetry) =>
  queueHandler(async ({ body }) => {
    const { Records } = ObjectCreatedMessage.parse(JSON.parse(body));
    for (const { s3 } of Records) {
      const key = decodeURIComponent(s3.object.key.replaceAll('+', ' '));
      const outcome = await ingestUpload({ key, version: s3.object.versionId ?? '' }, ports);
      telemetry.logger.info('An upload arrived', { key, outcome });
    }
  }, telemetry);
