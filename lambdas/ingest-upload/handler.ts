import type { SQSRecord } from 'aws-lambda';
import {
  type ObjectCreatedRecord,
  UploadMessage,
  type ZipChunkMessage,
} from '../../core/contracts/messages.ts';
import { type IngestUploadPorts, ingestUpload } from '../../core/domain/uploads/ingest-upload.ts';
import { type IngestZipChunkPorts, ingestZipChunk } from '../../core/domain/uploads/ingest-zip-chunk.ts';
import { isLastDelivery, queueHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

type Ports = Omit<IngestUploadPorts & IngestZipChunkPorts, 'uploads'> & {
  readonly uploads: IngestUploadPorts['uploads'] & IngestZipChunkPorts['uploads'];
  /** Deliveries after which the queue gives a message up. */
  readonly maxReceives: number;
};

/** Ingests objects that have arrived in the bucket, and the entries of archives. */
export const createHandler = (ports: Ports, telemetry: Telemetry) =>
  queueHandler(async (record) => {
    const message = UploadMessage.parse(JSON.parse(record.body));
    if ('uploadId' in message) return take(message, record, { ports, telemetry });
    for (const { s3 } of message.Records) await ingest(s3, { ports, telemetry });
  }, telemetry);

interface Context {
  readonly ports: Ports;
  readonly telemetry: Telemetry;
}

async function take(message: ZipChunkMessage, record: SQSRecord, { ports, telemetry }: Context) {
  const isLast = isLastDelivery(record, ports.maxReceives);
  const outcome = await ingestZipChunk(message, { isLast }, ports);
  telemetry.logger.info('A chunk of an archive was worked on', { ...message, outcome });
}

async function ingest({ object }: ObjectCreatedRecord['s3'], { ports, telemetry }: Context) {
  const outcome = await ingestUpload(object, ports);
  telemetry.logger.info('An upload arrived', { key: object.key, outcome });
}
