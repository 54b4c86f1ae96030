import type { DynamoDBRecord } from 'aws-lambda';
import { type ForgetImagePorts, forgetImage, type GoneImage } from '../../core/domain/forget-image.ts';
import { streamHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

interface Ports extends ForgetImagePorts {
  readonly readGoneImage: (record: DynamoDBRecord) => GoneImage | undefined;
}

/** Removes all that hung on images whose records are gone. */
export const createHandler = (ports: Ports, telemetry: Telemetry) =>
  streamHandler(async (record) => {
    const image = ports.readGoneImage(record);
    if (image === undefined) return;
    await forgetImage(image, ports);
    telemetry.logger.info('An image was forgotten', { imageId: image.id });
  }, telemetry);
